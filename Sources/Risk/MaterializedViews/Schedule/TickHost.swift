package import Columnar
package import QueryEngine
package import QueryLanguage

/// What a tick needs of a lake besides what views need.
package protocol TickHost: AnyObject {
  /// Microseconds since the epoch.
  func now() -> Int64
  /// The newest lake snapshot.
  func head() throws(QueryError) -> Int64
  /// The time of a lake snapshot, in microseconds since the epoch.
  func time(of snapshot: Int64) throws(QueryError) -> Int64

  /// A host at the newest snapshot as it is now.
  func viewHost() throws(QueryError) -> any ViewHost

  /// By the zone's name, such as `Europe/London`; errors point at the literal.
  func zone(_ name: TextLiteral) throws(QueryError) -> TimeZoneRules
  /// Days off of a calendar besides weekends.
  func holidays(of calendar: Identifier) throws(QueryError) -> Set<CalendarDate>

  /// What `setState` was given last, by any process; nil when there is nothing.
  func state(_ name: String) throws(QueryError) -> [UInt8]?
  func setState(_ name: String, _ value: [UInt8]?) throws(QueryError)
  /// All of them or none.
  func setStates(_ states: [(name: String, value: [UInt8])]) throws(QueryError)

  /// Takes or prolongs a lease of this host until a time.
  ///
  /// - Returns: false when another host holds it.
  func takeLease(_ name: String, until: Int64) throws(QueryError) -> Bool
  /// Takes or prolongs those that no other host holds, at once.
  ///
  /// - Returns: Those that this host holds now.
  func takeLeases(_ names: [String], until: Int64) throws(QueryError) -> Set<String>
  func releaseLease(_ name: String) throws(QueryError)
  func releaseLeases(_ names: [String]) throws(QueryError)

  /// Waits a moment after an attempt that another commit overtook, counted from 1.
  func pause(after attempt: Int)
}
