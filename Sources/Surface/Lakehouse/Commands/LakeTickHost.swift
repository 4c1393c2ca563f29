import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// The lake as a tick sees it; one for each tick.
final class LakeTickHost: TickHost {
  private let session: Session
  private let lake: Lake
  private let heart: LeaseHeart
  private var zones: [String: TimeZoneRules] = [:]
  private var calendars: [String: Set<CalendarDate>] = [:]

  init(_ session: Session, lake: Lake) {
    self.session = session
    self.lake = lake
    heart = LeaseHeart(lake: lake)
  }

  deinit { heart.stop() }

  private func catalog<Result>(
    _ work: (Catalog) throws(CatalogError) -> Result
  ) throws(QueryError) -> Result {
    do throws(CatalogError) { return try work(lake.catalog) } catch { throw QueryError(error) }
  }

  func now() -> Int64 { lake.clock() }

  func head() throws(QueryError) -> Int64 {
    try catalog { catalog throws(CatalogError) in try catalog.head().id }
  }

  func time(of snapshot: Int64) throws(QueryError) -> Int64 {
    try catalog { catalog throws(CatalogError) in
      try catalog.snapshot(id: snapshot).timeMicroseconds
    }
  }

  func viewHost() throws(QueryError) -> any ViewHost {
    do throws(CatalogError) { return try LakeViewHost(session, lake: lake) } catch {
      throw QueryError(error)
    }
  }

  func zone(_ name: TextLiteral) throws(QueryError) -> TimeZoneRules {
    if let known = zones[name.text] { return known }
    let zone = try ZoneFiles.rules(name, in: lake.store)
    zones[name.text] = zone
    return zone
  }

  func holidays(of calendar: Identifier) throws(QueryError) -> Set<CalendarDate> {
    if calendar.key == "weekends" { return [] }
    if let known = calendars[calendar.text] { return known }
    let days = try BusinessDates.holidays(
      of: calendar.text, resolver: LakeResolver(session.workspace, transaction: nil), in: lake)
    calendars[calendar.text] = days
    return days
  }

  func state(_ name: String) throws(QueryError) -> [UInt8]? {
    try catalog { catalog throws(CatalogError) in try catalog.state(name) }
  }

  func setState(_ name: String, _ value: [UInt8]?) throws(QueryError) {
    try catalog { catalog throws(CatalogError) in try catalog.setState(name, value) }
  }

  func setStates(_ states: [(name: String, value: [UInt8])]) throws(QueryError) {
    try catalog { catalog throws(CatalogError) in try catalog.setStates(states) }
  }

  func takeLease(_ name: String, until: Int64) throws(QueryError) -> Bool {
    try !takeLeases([name], until: until).isEmpty
  }

  func takeLeases(_ names: [String], until: Int64) throws(QueryError) -> Set<String> {
    do throws(CatalogError) { return try heart.take(names, until: until) } catch {
      throw QueryError(error)
    }
  }

  func releaseLease(_ name: String) throws(QueryError) { try releaseLeases([name]) }

  func releaseLeases(_ names: [String]) throws(QueryError) {
    do throws(CatalogError) { try heart.release(names) } catch { throw QueryError(error) }
  }

  func pause(after attempt: Int) { Conflicts.pause(after: attempt) }
}
