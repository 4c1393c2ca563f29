import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// The limits of a lake: kept as settings of the lake, measured by every refresh of their views, and
/// recorded as checks, which are only ever added to.
struct LimitBook {
  private let lake: Lake

  static let prefix = "limit:"

  init(_ lake: Lake) { self.lake = lake }

  static func setting(_ name: Identifier) -> String { prefix + name.text.lowercased() }

  func limits() throws(CatalogError) -> [CreateLimit] {
    try lake.catalog.settings(from: LimitBook.prefix).compactMap { setting in
      guard let text = setting.value,
        case .createLimit(let limit)? = (try? SyntaxParser.statement(in: text))?.kind
      else { return nil }
      return limit
    }
  }

  /// The newest word on each limit, combination and date, of limits that are still there.
  func latest() throws(CatalogError) -> [LimitState] {
    let names = Set(try limits().map { $0.name.text.lowercased() })
    if names.isEmpty { return [] }
    return try newest().values.filter { names.contains($0.limit) }.sorted {
      ($0.limit, $0.date?.days ?? .min, $0.dimensions)
        < ($1.limit, $1.date?.days ?? .min, $1.dimensions)
    }
  }

  /// The limits that are breached on the newest date that each was measured for.
  func breached() throws(CatalogError) -> [LimitState] {
    try onNewestDates().filter { $0.standing == .open }
  }

  /// How the limits stand on the newest date that each was measured for.
  func onNewestDates() throws(CatalogError) -> [LimitState] {
    let all = try latest()
    var dates: [String: CalendarDate] = [:]
    var snapshots: [String: Int64] = [:]
    for state in all {
      if let date = state.date { dates[state.limit] = max(dates[state.limit] ?? date, date) }
      snapshots[state.limit] = max(snapshots[state.limit] ?? 0, state.snapshot)
    }
    return all.filter { state in
      // That it could not be measured holds until it is measured again.
      let isUnmeasured = state.fault != nil && state.snapshot == snapshots[state.limit]
      return state.date == dates[state.limit] || isUnmeasured
    }
  }

  private func newest() throws(CatalogError) -> [LimitState.Key: LimitState] {
    var newest: [LimitState.Key: LimitState] = [:]
    let head = try lake.catalog.head().id
    for check in try lake.catalog.checks(of: LimitState.subject, at: head) {
      if let state = LimitState(check) { newest[state.key] = state }
    }
    return newest
  }

  // MARK: Measuring

  /// What the runs that succeeded made of the limits on their views.
  func measure(
    _ runs: [RunRecord], with host: LakeViewHost
  ) throws(QueryError) -> [CheckResult] {
    let limits: [CreateLimit]
    do throws(CatalogError) { limits = try self.limits() } catch { throw QueryError(error) }
    var checks: [CheckResult] = []
    for run in runs where run.status == RunStatus.succeeded {
      for limit in limits where limit.view.dotted.lowercased() == run.view.lowercased() {
        checks += try measure(limit, dates: run.dates, with: host)
      }
    }
    return checks
  }

  /// - Parameter dates: Empty for all.
  func measure(
    _ limit: CreateLimit, dates: [CalendarDate], with host: LakeViewHost
  ) throws(QueryError) -> [CheckResult] {
    var states: [LimitState]
    do throws(QueryError) {
      states = try values(limit, dates: dates, with: host)
    } catch {
      if error.reason == .cancelled { throw error }
      // A limit that nobody can measure must not look as if it held.
      states = [blank(limit, dates.max(), fault: error.message)]
    }
    let before: [LimitState.Key: LimitState]
    do throws(CatalogError) { before = try newest() } catch { throw QueryError(error) }
    for index in states.indices {
      let last = before[states[index].key]
      if states[index].standing == .open {
        let within = (limit.dueWithin?.text).flatMap(DurationText.microseconds)
        states[index].due =
          last?.standing == .open ? last?.due : within.map { host.now() + $0 }
      } else if last?.standing == .open {
        states[index].standing = .resolved
      }
    }
    return states.map(\.check)
  }

  private func blank(
    _ limit: CreateLimit, _ date: CalendarDate?, fault: String
  ) -> LimitState {
    LimitState(
      limit: limit.name.text.lowercased(), view: limit.view.dotted, date: date, dimensions: "",
      value: nil, maximum: SyntaxPrinter.text(of: limit.maximum), utilisation: nil,
      standing: .open, owner: limit.owner?.text, remediation: limit.remediation?.text, due: nil,
      fault: fault)
  }

  private func values(
    _ limit: CreateLimit, dates: [CalendarDate], with host: LakeViewHost
  ) throws(QueryError) -> [LimitState] {
    let dated = try businessDate(of: limit.view, host)
    let groups = (dated.map { [$0] } ?? []) + limit.dimensions
    let query = try LimitBook.query(limit, groups)
    let bound = try host.bind(query, inputs: .current)
    var plan = bound.plan
    if dated != nil, !dates.isEmpty { plan = try plan.restricted(to: dates) }
    var states: [LimitState] = []
    try host.execute(plan) { batch throws(QueryError) in
      for row in 0..<batch.rowCount {
        states.append(LimitBook.state(limit, batch.row(row), isDated: dated != nil))
      }
    }
    return states
  }

  private func businessDate(
    of view: QualifiedName, _ host: LakeViewHost
  ) throws(QueryError) -> Identifier? {
    let record = try host.views(at: nil).first {
      $0.qualifiedName.lowercased() == view.dotted.lowercased()
    }
    guard let record else {
      throw QueryError(
        .name, "there is no materialized view \"\(view.dotted)\"", at: view.range)
    }
    return try ViewDefinition(record).statement.businessDate?.column
  }

  /// The groups, the value, whether it is over, whether it warns, and the part that is used.
  private static func query(
    _ limit: CreateLimit, _ groups: [Identifier]
  ) throws(QueryError) -> Query {
    var measure = SyntaxPrinter.text(of: limit.measure)
    if case .column = limit.measure.kind { measure = "SUM(\(measure))" }
    let maximum = "(" + SyntaxPrinter.text(of: limit.maximum) + ")"
    let names = groups.map { SyntaxPrinter.text(of: $0) }
    let part = "CAST(\(measure) AS DOUBLE) / NULLIF(CAST(\(maximum) AS DOUBLE), 0.0)"
    let warning = limit.warning.map { "100 * (\(measure)) >= \($0) * \(maximum)" } ?? "FALSE"
    let columns =
      names + [
        "\(measure) AS limit_value", "(\(measure)) > \(maximum) AS limit_over",
        "\(warning) AS limit_warns", "\(part) AS limit_used",
      ]
    let view = limit.view.parts.map { SyntaxPrinter.text(of: $0) }.joined(separator: ".")
    let grouping = names.isEmpty ? "" : " GROUP BY " + names.joined(separator: ", ")
    let text = "SELECT " + columns.joined(separator: ", ") + " FROM " + view + grouping
    guard case .query(let query)? = (try? SyntaxParser.statement(in: text))?.kind else {
      throw QueryError(.syntax, "the limit \(limit.name.text) gives no query: \(text)")
    }
    return query
  }

  private static func state(
    _ limit: CreateLimit, _ row: [Value], isDated: Bool
  ) -> LimitState {
    var rest = row[...]
    var date: CalendarDate?
    if isDated, case .date(let day)? = rest.popFirst() { date = day }
    var dimensions: [String] = []
    for name in limit.dimensions {
      if let value = rest.popFirst() { dimensions.append("\(name.text)=\(plain(value))") }
    }
    let cells = Array(rest)
    var used: Double?
    if case .double(let part) = cells[3] { used = part }
    var standing = LimitState.Standing.within
    if cells[2] == .boolean(true) { standing = .warned }
    // No value is no proof that the limit holds.
    if cells[1] == .boolean(true) || cells[1].isNull { standing = .open }
    return LimitState(
      limit: limit.name.text.lowercased(), view: limit.view.dotted, date: date,
      dimensions: dimensions.joined(separator: ", "),
      value: cells[0].isNull ? nil : plain(cells[0]),
      maximum: SyntaxPrinter.text(of: limit.maximum), utilisation: used, standing: standing,
      owner: limit.owner?.text, remediation: limit.remediation?.text, due: nil,
      fault: cells[0].isNull ? "the measure has no value" : nil)
  }

  private static func plain(_ value: Value) -> String {
    if case .string(let text) = value { text } else { ValueText.sql(value) }
  }
}
