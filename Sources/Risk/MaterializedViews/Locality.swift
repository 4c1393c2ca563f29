package import QueryEngine
import Columnar

/// Whether the rows of one business date of a view come from rows of the same date only.
package enum Locality: Sendable, Hashable {
  /// Proved: a date can be rebuilt alone, by `LogicalPlan.restricted(to:)`.
  case byDate
  /// Not proved, and why; the view is rebuilt as a whole.
  case allDates(String)

  /// Whether a query's rows follow from its rows of before and the changes of the one table that it
  /// reads, at least while rows only come.
  package static func followsChanges(_ query: BoundQuery) -> Bool { ChangeMerge(query) != nil }

  /// - Parameter businessDate: The view's declared column.
  package init(of query: BoundQuery, businessDate: String?) {
    guard let businessDate else {
      self = .allDates("the view has no BUSINESS DATE")
      return
    }
    guard let column = query.schema.index(of: businessDate) else {
      self = .allDates("the view's rows have no column \(businessDate)")
      return
    }
    if let read = query.reads.first(where: { $0.businessDate != nil }) {
      self = .allDates("it reads \(read.name) AS OF one date")
      return
    }
    switch DateFlow(of: query.plan) {
    case .crossed(let reason): self = .allDates(reason)
    case .undated: self = .allDates("it reads no table with a business date")
    case .dated(let columns):
      self =
        columns.contains(column)
        ? .byDate : .allDates("\(businessDate) is not the business date of what it reads")
    }
  }
}

/// How business dates travel through a plan.
enum DateFlow {
  /// Nothing below has a business date.
  case undated
  /// Each row comes from rows of one date only; these columns hold that date.
  case dated(Set<Int>)
  /// A row can come from rows of several dates, for this reason.
  case crossed(String)

  init(of plan: LogicalPlan) {
    switch plan {
    case .values: self = .undated
    case .scan(let node):
      guard let dated = node.table.businessDate else {
        self = .undated
        return
      }
      self = .dated(Set(node.columns.indices.filter { node.columns[$0] == dated.column }))
    case .filter(let input, _), .sort(let input, _): self = DateFlow(of: input)
    case .project(let input, let expressions):
      self = DateFlow(of: input).mapped { columns in
        Set(
          expressions.indices.filter {
            DateFlow.isDate(expressions[$0].expression, columns)
          })
      }
    case .limit(let input, _, _):
      self = DateFlow(of: input).needing("LIMIT picks from the rows of all dates") { _ in [] }
    case .distinct(let input):
      self = DateFlow(of: input)
        .needing("DISTINCT compares rows without their business date") { $0 }
    case .aggregate(let node): self = DateFlow.aggregate(node)
    case .window(let node): self = DateFlow.window(node)
    case .join(let node): self = DateFlow.join(node)
    case .setOperation(let node): self = DateFlow.setOperation(node)
    case .tableFunction(let node): self = DateFlow.tableFunction(node)
    case .common(let node): self = DateFlow(of: node.plan)
    case .working: self = .undated
    case .unnest(let node): self = DateFlow(of: node.input)
    case .recursive(let node):
      switch (DateFlow(of: node.anchor), DateFlow(of: node.step)) {
      case (.undated, .undated): self = .undated
      default: self = .crossed("a recursive query follows rows from date to date")
      }
    }
  }

  private static func isDate(_ expression: BoundExpression, _ columns: Set<Int>) -> Bool {
    if case .column(let index, _) = expression { return columns.contains(index) }
    return false
  }

  private func mapped(_ change: (Set<Int>) -> Set<Int>) -> DateFlow {
    if case .dated(let columns) = self { return .dated(change(columns)) }
    return self
  }

  /// Dated rows go on when `change` leaves a column with the date, else they are crossed.
  private func needing(_ reason: String, _ change: (Set<Int>) -> Set<Int>) -> DateFlow {
    guard case .dated(let columns) = self else { return self }
    let kept = change(columns)
    return kept.isEmpty ? .crossed(reason) : .dated(kept)
  }

  private static func aggregate(_ node: AggregateNode) -> DateFlow {
    DateFlow(of: node.input).needing("it groups without the business date") { columns in
      Set(
        node.groups.indices.filter { index in
          isDate(node.groups[index].expression, columns)
            && !node.groupingSets.isEmpty
            && node.groupingSets.allSatisfy { $0.contains(index) }
        })
    }
  }

  private static func window(_ node: WindowNode) -> DateFlow {
    DateFlow(of: node.input).needing("a window is not partitioned by the business date") {
      columns in
      let isSplit = node.calls.allSatisfy { call in
        call.partitionBy.contains { isDate($0, columns) }
      }
      return isSplit ? columns : []
    }
  }

  private static func setOperation(_ node: SetOperationNode) -> DateFlow {
    switch (DateFlow(of: node.left), DateFlow(of: node.right)) {
    case (.crossed(let reason), _), (_, .crossed(let reason)): .crossed(reason)
    case (.undated, .undated): .undated
    case (.dated(let left), .dated(let right)):
      left.isDisjoint(with: right)
        ? .crossed("\(node.kind.rawValue) combines rows without a common business date")
        : .dated(left.intersection(right))
    default: .crossed("\(node.kind.rawValue) mixes rows with and without a business date")
    }
  }

  private static func join(_ node: JoinNode) -> DateFlow {
    let width = node.left.schema.count
    switch (DateFlow(of: node.left), DateFlow(of: node.right)) {
    case (.crossed(let reason), _), (_, .crossed(let reason)): return .crossed(reason)
    case (.undated, .undated): return .undated
    case (.dated(let left), .undated):
      // A right row without a match depends on the left rows of all dates.
      return node.kind == .right || node.kind == .full
        ? .crossed("an outer join keeps undated rows that no date matches") : .dated(left)
    case (.undated, .dated(let right)):
      let keepsOnlyMatches = node.kind == .inner || node.kind == .right
      return keepsOnlyMatches
        ? .dated(Set(right.map { $0 + width }))
        : .crossed("undated rows are kept or dropped by rows of all dates")
    case (.dated(let left), .dated(let right)):
      let isByDate = node.keys.contains { isDate($0.left, left) && isDate($0.right, right) }
      guard isByDate else { return .crossed("a join does not match by business date") }
      let shifted = Set(right.map { $0 + width })
      switch node.kind {
      case .inner: return .dated(left.union(shifted))
      case .left, .semi, .anti, .mark: return .dated(left)
      case .right: return .dated(shifted)
      case .full: return .crossed("a full join leaves rows whose business date is on one side")
      }
    }
  }

  private static func tableFunction(_ node: TableFunctionNode) -> DateFlow {
    var isDated = false
    for (parameter, plan) in node.inputs {
      switch DateFlow(of: plan) {
      case .crossed(let reason): return .crossed(reason)
      case .undated: continue
      case .dated(let columns):
        isDated = true
        switch node.window {
        case .same: break
        case .businessDays(let count):
          return .crossed("\(node.name) looks at \(count) business days")
        case .all: return .crossed("\(node.name) looks at all dates")
        }
        guard let output = node.bound.businessDate,
          let column = plan.schema.index(of: node.bound.schema[output].name),
          columns.contains(column)
        else {
          return .crossed(
            "\(node.name) reads \(parameter) by another date than its business date")
        }
      }
    }
    guard isDated, let output = node.bound.businessDate else { return .undated }
    return .dated([output])
  }
}
