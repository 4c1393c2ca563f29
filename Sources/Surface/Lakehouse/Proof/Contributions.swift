import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine

/// The rows of a table of the lake that rows of a query come from.
struct Contributions {
  /// Which rows of a plan are asked about.
  enum Selection {
    case all
    case row([Value])
    /// Rows of the plan's own columns.
    case rows(Batch)
    /// Rows whose column holds one of these dates.
    case dates([CalendarDate], column: Int)
    /// Rows whose columns are equal to those of one of these rows.
    case matching(Batch, columns: [Int])
  }

  /// One table at one version, wherever a plan reads it.
  struct Target {
    var source: LakeTableSource
    var paths: [RowTrace.Path]
    /// Of the topmost place.
    var calculators: [TableFunctionNode]
  }

  let runner: PlanRunner
  /// What is known only in part, by name.
  private(set) var notes: [String] = []

  init(_ runner: PlanRunner) { self.runner = runner }

  /// The tables that a plan reads, in the order of the text, and the names of what else it reads.
  static func targets(of plan: LogicalPlan) -> (tables: [Target], others: [String]) {
    var targets: [Target] = []
    var others: [String] = []
    for (path, node) in RowTrace.scans(of: plan) {
      guard let source = node.table.source as? LakeTableSource else {
        if !others.contains(node.table.name) { others.append(node.table.name) }
        continue
      }
      let known = targets.firstIndex {
        $0.source.state.name == source.state.name
          && $0.source.state.version == source.state.version
      }
      if let known {
        targets[known].paths.append(path)
      } else {
        let calculators = RowTrace.calculators(of: plan, on: path).map(\.node)
        targets.append(Target(source: source, paths: [path], calculators: calculators))
      }
    }
    return (targets, others)
  }

  /// The distinct rows behind a selection: the wanted columns, then `$file` and `$row`.
  mutating func plan(
    of target: Target, in plan: LogicalPlan, _ selection: Selection, columns: [Int]
  ) throws(QueryError) -> LogicalPlan {
    var whole: LogicalPlan?
    for path in target.paths {
      let one = try rows(in: plan, path, selection, columns)
      if let known = whole {
        whole = .setOperation(SetOperationNode(kind: .unionAll, left: known, right: one))
      } else {
        whole = one
      }
    }
    guard let whole else {
      throw QueryError(.unsupported, "\(target.source.state.name) is not read")
    }
    return try Optimizer.optimized(.distinct(whole))
  }

  private mutating func rows(
    in plan: LogicalPlan, _ path: RowTrace.Path, _ selection: Selection, _ columns: [Int]
  ) throws(QueryError) -> LogicalPlan {
    if let (depth, node) = RowTrace.calculators(of: plan, on: path).first {
      let prefix = RowTrace.Path(path.prefix(depth))
      let input = path[depth]
      let given = try given(to: node, input: input, in: plan, prefix, selection)
      return try rows(
        in: node.inputs[input].plan, RowTrace.Path(path.dropFirst(depth + 1)), given, columns)
    }
    do throws(RowTrace.Failure) {
      let count = columns.count + 2
      let carried = try RowTrace.carrying(plan, to: path, count: count) {
        node throws(QueryError) in Contributions.placed(node, columns)
      }
      return Contributions.picked(carried, selection, plan.schema, count)
    } catch {
      switch error {
      case .query(let error): throw error
      case .obstacle(let obstacle): return try untraced(obstacle, plan, path, columns)
      }
    }
  }

  /// All rows that the scan gives, and a word about why not fewer.
  private mutating func untraced(
    _ obstacle: RowTrace.Obstacle, _ plan: LogicalPlan, _ path: RowTrace.Path, _ columns: [Int]
  ) throws(QueryError) -> LogicalPlan {
    note("all rows that are read are shown: \(obstacle.reason)")
    var node = plan
    for step in path { node = node.inputs[step] }
    return RowTrace.picking(
      Contributions.placed(node, columns),
      (0..<(columns.count + 2)).map { node.schema.count + $0 })
  }

  mutating func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }

  private static func placed(_ node: LogicalPlan, _ columns: [Int]) -> LogicalPlan {
    guard case .scan(var scan) = node, let source = scan.table.source as? LakeTableSource else {
      return node
    }
    let width = source.schema.count
    scan.table.source = PlacedSource(base: source)
    scan.columns += columns + [width, width + 1]
    return .scan(scan)
  }

  /// The carried columns of the rows that are selected.
  static func picked(
    _ carried: LogicalPlan, _ selection: Selection, _ schema: Schema, _ count: Int
  ) -> LogicalPlan {
    let width = schema.count
    let selected: LogicalPlan
    switch selection {
    case .all: selected = carried
    case .row(let row):
      selected = RowTrace.condition(row, of: schema).map { .filter(carried, $0) } ?? carried
    case .rows(let rows) where rows.rowCount == 1:
      let condition = RowTrace.condition(rows.row(0), of: schema)
      selected = condition.map { .filter(carried, $0) } ?? carried
    case .rows(let rows):
      selected = .join(
        JoinNode(kind: .semi, left: carried, right: .values(rows), keys: RowTrace.keys(schema)))
    case .matching(let rows, let columns):
      let keys = columns.enumerated().map { position, column in
        let type = rows.schema[position].type
        return JoinNode.Key(
          left: .column(column, type), right: .column(position, type), nullsMatch: true)
      }
      selected = .join(
        JoinNode(kind: .semi, left: carried, right: .values(rows), keys: keys))
    case .dates(let dates, let column):
      selected = .filter(
        carried,
        .inList(
          .column(column, .date), dates.map { .date($0) }, hasNull: false, negated: false))
    }
    return RowTrace.picking(selected, (0..<count).map { width + $0 })
  }
}
