package import Columnar
package import LakeCatalog
package import QueryEngine
import QueryLanguage

/// How each view stands: its last run, what is stale, and which expectations its latest date breaks.
package struct StatusReport: Sendable {
  package struct Breach: Sendable, Hashable {
    package var view: String
    package var date: CalendarDate?
    package var check: String
    /// The condition, as printed.
    package var condition: String
    /// `FAIL`, `QUARANTINE` or `WARN`.
    package var action: String
    package var rows: Int64
    /// The first rows that break it, by their keys.
    package var keys: [String]
  }

  package struct View: Sendable {
    package var name: String
    /// The last run of any end, and the last that succeeded.
    package var lastRun: RunHead?
    package var lastSuccess: RunHead?
    /// The latest business date that is published; nil without a business date or rows.
    package var latestDate: CalendarDate?
    package var step: RefreshPlan.Step
    /// Since the start of the last success, in microseconds.
    package var age: Int64?
    package var freshWithin: Int64?
    /// Something is stale for longer than FRESH WITHIN allows, or not there by READY BY.
    package var isLate: Bool
    /// The business date that READY BY asks for and that is not there or is stale.
    package var missingDate: CalendarDate?
    package var breaches: [Breach]
  }

  package var views: [View]

  package var breaches: [Breach] { views.flatMap(\.breaches) }
  package var isBreached: Bool { !breaches.isEmpty }
  package var isLate: Bool { views.contains { $0.isLate } }

  /// Rows of each breach that are named.
  private static let namedRows = 10

  /// Cost: a plan, and the latest business date of every view that has expectations.
  ///
  /// - Parameter clocks: For READY BY; nil leaves it out.
  package init(
    _ host: any ViewHost, clocks: (any TickHost)? = nil
  ) throws(QueryError) {
    views = []
    let now = host.now()
    for step in try RefreshPlanner(host).plan(RefreshRequest()).steps {
      let name = step.view.name
      let success = try host.lastRun(of: name, status: RunStatus.succeeded)
      let age = success.map { max(0, now - $0.startedMicroseconds) }
      let limit = step.view.freshWithinMicroseconds
      let lateFrom = try Freshness.lateFrom(step, host)
      var missing: CalendarDate?
      if let clocks, let due = try Freshness.deadline(of: step.view, now: now, in: clocks),
        try !Freshness.isReady(due.date, step, host)
      {
        missing = due.date
      }
      let rows = success == nil ? nil : try host.bind(step.view.rowsQuery(), inputs: .current)
      let latest = try rows?.plan.scans.first?.table.businessDate?.dates().last
      views.append(
        View(
          name: name, lastRun: try host.lastRun(of: name, status: nil),
          lastSuccess: success, latestDate: latest, step: step, age: age, freshWithin: limit,
          isLate: missing != nil || lateFrom.map { $0 < now } ?? false, missingDate: missing,
          breaches: try rows.map { query throws(QueryError) in
            try StatusReport.breaches(step.view, query, latest, host)
          } ?? []))
    }
  }

  private static func breaches(
    _ view: ViewDefinition, _ query: BoundQuery, _ date: CalendarDate?, _ host: any ViewHost
  ) throws(QueryError) -> [Breach] {
    guard !view.expectations.isEmpty else { return [] }
    let plan = try date.map { date throws(QueryError) in try query.plan.restricted(to: [date]) }
    var batches: [Batch] = []
    try host.execute(plan ?? query.plan) { batch throws(QueryError) in batches.append(batch) }
    let rows = try Batch.joined(batches, schema: query.schema)
    guard rows.rowCount > 0 else { return [] }
    var conditions: [BoundExpression] = []
    for expectation in view.expectations {
      conditions.append(try host.bind(expectation.condition, over: query.schema))
    }
    let verdicts = try ViewGate.verdicts(conditions, rows, host)
    var breaches: [Breach] = []
    for (expectation, passes) in zip(view.expectations, verdicts) {
      let broken = (~passes).setIndices()
      if broken.isEmpty { continue }
      let keys = keyColumns(view, query.schema)
      breaches.append(
        Breach(
          view: view.name, date: date, check: expectation.name.text,
          condition: SyntaxPrinter.text(of: expectation.condition),
          action: expectation.onViolation.rawValue, rows: Int64(broken.count),
          keys: broken.prefix(namedRows).map { row in
            ViewGate.text(rows.projected(to: keys), Int(row))
          }.sorted()))
    }
    return breaches
  }

  /// What names a row: KEYED BY and the business date, else every column of text or dates.
  private static func keyColumns(_ view: ViewDefinition, _ schema: Schema) -> [Int] {
    let keyed = view.statement.keyedBy.compactMap { schema.index(of: $0.text) }
    if !keyed.isEmpty { return keyed }
    let named = schema.fields.indices.filter { [.string, .date].contains(schema[$0].type) }
    return named.isEmpty ? Array(schema.fields.indices) : named
  }
}
