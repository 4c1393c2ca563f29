import Columnar
import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// What the ticks of several schedulers share: a lake in memory, states and leases.
final class ScheduledLake {
  let lake = MemoryHost()
  var states: [String: [UInt8]] = [:]
  var leases: [String: (holder: String, until: Int64)] = [:]
  /// How often a scheduler asked for leases.
  var leaseCalls = 0
  /// When each snapshot was made.
  var definedAt: Int64 = 0
  var holidays: [String: Set<CalendarDate>] = [:]

  var now: Int64 {
    get { lake.clock }
    set { lake.clock = newValue }
  }

  static func time(_ text: String) -> Int64 { TimestampText(text)?.microseconds ?? 0 }

  /// Trades and names as in the chain, at a time.
  init(_ time: String) {
    now = ScheduledLake.time(time)
    definedAt = now
    lake.create(
      "silver.trades",
      [Field("as_of_date", .date), Field("k", .string), Field("amount", .int64)],
      ChainLake.days.map { ChainLake.trade($0, "x", 10) })
  }

  /// A view over the trades or over another view.
  func define(_ name: String, _ clauses: String, from: String = "silver.trades") throws {
    try lake.define(
      """
      CREATE MATERIALIZED VIEW gold.\(name) BUSINESS DATE as_of_date \(clauses)
      AS SELECT as_of_date, k, SUM(amount) AS amount FROM \(from) GROUP BY as_of_date, k
      """)
  }

  func trade() {
    lake.write(
      "silver.trades", lake.rows("silver.trades") + [ChainLake.trade(ChainLake.days[1], "x", 1)])
  }

  func at(_ time: String) { now = ScheduledLake.time(time) }

  /// Ticks once: the items as `view end`, and what is late.
  @discardableResult
  func tick(_ holder: String = "one") throws -> Tick.Outcome {
    try Tick(Host(self, holder)).run()
  }

  func runs(_ view: String) -> Int { lake.allRuns.filter { $0.view == view }.count }

  /// One scheduler.
  final class Host: TickHost {
    let shared: ScheduledLake
    let holder: String
    /// Called before each view host is made; where another scheduler can come in between.
    var beforeViewHost: (Int) throws(QueryError) -> Void = { _ in }
    private(set) var viewHosts = 0
    private(set) var pauses = 0

    init(_ shared: ScheduledLake, _ holder: String) {
      self.shared = shared
      self.holder = holder
    }

    func now() -> Int64 { shared.now }
    func head() -> Int64 { shared.lake.snapshot }
    func time(of snapshot: Int64) -> Int64 { shared.definedAt }

    func viewHost() throws(QueryError) -> any ViewHost {
      viewHosts += 1
      try beforeViewHost(viewHosts)
      return shared.lake
    }

    func zone(_ name: TextLiteral) throws(QueryError) -> TimeZoneRules {
      try ZoneFiles.rules(name, in: LocalFileStore())
    }

    func holidays(of calendar: Identifier) throws(QueryError) -> Set<CalendarDate> {
      guard let days = shared.holidays[calendar.text] else {
        throw QueryError(.time, "no calendar \(calendar.text)")
      }
      return days
    }

    func pause(after attempt: Int) { pauses += 1 }

    func state(_ name: String) -> [UInt8]? { shared.states[name] }
    func setState(_ name: String, _ value: [UInt8]?) { shared.states[name] = value }
    func setStates(_ states: [(name: String, value: [UInt8])]) {
      for state in states { shared.states[state.name] = state.value }
    }

    func takeLease(_ name: String, until: Int64) -> Bool {
      if let lease = shared.leases[name], lease.until > shared.now, lease.holder != holder {
        return false
      }
      shared.leases[name] = (holder, until)
      return true
    }

    func takeLeases(_ names: [String], until: Int64) -> Set<String> {
      shared.leaseCalls += 1
      return Set(names.filter { takeLease($0, until: until) })
    }

    func releaseLeases(_ names: [String]) { for name in names { releaseLease(name) } }

    func releaseLease(_ name: String) {
      if shared.leases[name]?.holder == holder { shared.leases[name] = nil }
    }
  }
}

extension Tick.Outcome {
  /// The items as words.
  var words: [String] {
    items.map { item in
      switch item.end {
      case .refreshed: "\(item.view) refreshed"
      case .upToDate: "\(item.view) up to date"
      case .failed: "\(item.view) failed"
      case .heldBack: "\(item.view) held back"
      case .leftToOther: "\(item.view) left"
      }
    }
  }
}
