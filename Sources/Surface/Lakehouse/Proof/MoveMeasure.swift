import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// The measure of a move, by its dimensions.
struct MoveMeasure {
  /// By the values of the dimensions; groups without rows are not there.
  typealias Totals = [[Value]: Value]

  let move: ExplainMove
  let view: QualifiedName
  /// Of the view.
  let businessDate: String?
  let runner: StatementRunner
  let resolver: LakeResolver
  /// What differences of the measure have.
  let type: DataType
  let dimensions: [Field]
  /// A column as it is, which must have one row a group.
  private let isPlain: Bool

  /// - Parameter stored: The view's table, for the types.
  init(
    _ move: ExplainMove, view: QualifiedName, stored: TableState, runner: StatementRunner,
    resolver: LakeResolver, lake: Lake
  ) throws(QueryError) {
    self.move = move
    self.view = view
    self.runner = runner
    self.resolver = resolver
    let column = stored.definition.businessDate
    businessDate = column
    let table = resolver.pinnedTable(stored, in: lake)
    let settings = try runner.settings
    func bind(plain: Bool) throws(QueryError) -> BoundQuery {
      try Binder.bind(
        MoveMeasure.query(move, view, column, nil, plain: plain),
        resolver: ViewRowsResolver(base: resolver, view: view, table: table), settings: settings)
    }
    var bound: BoundQuery?
    var plain = false
    do throws(QueryError) { bound = try bind(plain: false) } catch {
      let first = error
      plain = true
      do throws(QueryError) { bound = try bind(plain: true) } catch { throw first }
    }
    isPlain = plain
    let schema = bound?.schema ?? Schema([])
    dimensions = Array(schema.fields.dropLast(2))
    let written = schema[schema.count - 2].type
    guard let type = Amount.type(ofDifferences: written) else {
      throw QueryError(
        .type, "the measure is \(written.sqlName), and only numbers move",
        at: move.measure.range)
    }
    self.type = type
  }

  /// `SELECT dims, measure, COUNT(*) FROM view WHERE … GROUP BY (dims)`.
  private static func query(
    _ move: ExplainMove, _ view: QualifiedName, _ column: String?, _ date: CalendarDate?,
    plain: Bool
  ) -> Query {
    func call(_ name: String, _ argument: Expression?) -> Expression {
      Expression(
        .call(
          FunctionCall(
            name: QualifiedName([Identifier(name)]),
            arguments: argument.map { [Argument(value: .expression($0))] } ?? [],
            isStar: argument == nil)), range: move.measure.range)
    }
    let dimensions = move.dimensions.map {
      Expression(.column(QualifiedName([$0], range: $0.range)), range: $0.range)
    }
    var conditions = move.filter.map { [$0] } ?? []
    if let column, let date {
      let left = Expression(.column(QualifiedName([Identifier.exact(column)])))
      let right = Expression(.literal(.date(date.description)))
      conditions.append(Expression(.binary(left, .equal, right)))
    }
    let select = Select(
      items: dimensions.map { SelectItem($0) } + [
        SelectItem(plain ? call("max", move.measure) : move.measure, alias: Identifier("value")),
        SelectItem(call("count", nil), alias: Identifier("rows")),
      ], from: TableReference(.table(view), range: view.range),
      filter: conditions.count > 1 ? Expression(.and(conditions)) : conditions.first,
      groupBy: .elements([.groupingSets([.set(dimensions)])]))
    return Query(body: .select(select))
  }

  /// The dimensions of a row in today's types, which a definition of before may not have had.
  private func group(_ row: [Value], _ schema: Schema) throws(QueryError) -> [Value] {
    var key: [Value] = []
    for (position, field) in dimensions.enumerated() {
      let written = row[position]
      if schema[position].type == field.type || written.isNull {
        key.append(written)
      } else if let value = Coercion.constant(written, to: field.type) {
        key.append(value)
      } else {
        throw changedType(field.name, schema[position].type, field.type, written)
      }
    }
    return key
  }

  private func changedType(
    _ what: String, _ then: DataType, _ now: DataType, _ value: Value
  ) -> QueryError {
    QueryError(
      .type,
      "\(what) was \(then.sqlName) at one end of the move and is \(now.sqlName) now: "
        + "\(ValueText.sql(value)) cannot be compared",
      help: "explain the move without it, or cast it in the measure", at: move.measure.range)
  }

  /// The totals of the view's rows of a date.
  func totals(of table: PinnedTable, date: CalendarDate?) throws(QueryError) -> Totals {
    let bound = try Binder.bind(
      MoveMeasure.query(move, view, businessDate, date, plain: isPlain),
      resolver: ViewRowsResolver(base: resolver, view: view, table: table),
      settings: runner.settings)
    var totals: Totals = [:]
    for batch in try runner.planRunner.collect(bound.plan) {
      for index in 0..<batch.rowCount {
        let row = batch.row(index)
        let key = try group(row, bound.schema)
        if isPlain, case .int64(let count)? = row.last, count > 1 {
          throw QueryError(
            .constraint,
            "\(count) rows have no one value of this column"
              + (key.isEmpty ? "" : ": " + WhyTree.text(key, dimensions.map(\.name))),
            help: "write an aggregate such as SUM(…), or more columns behind BY",
            at: move.measure.range)
        }
        let written = row[dimensions.count]
        if written.isNull { continue }
        guard let value = Amount.widened(written, to: type) else {
          throw changedType("the measure", bound.schema[dimensions.count].type, type, written)
        }
        totals[key] = value
      }
    }
    return totals
  }
}
