package import Columnar
package import QueryLanguage

/// Turns names and points in time into pinned tables; the Lakehouse supplies the lake's one.
///
/// All calls of one statement see one lake snapshot, except where a reference carries its own pin.
package protocol TableResolver: Sendable {
  /// The table or view of that name at that point of knowledge (nil: the statement's snapshot).
  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable

  /// A file named in FROM, by its path.
  func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable

  /// A table function that reads rather than computes: `read_delta`, `read_parquet`, `read_csv`,
  /// `read_json`, `changes`, …; nil when there is none of that name.
  func reader(_ call: ReaderCall) throws(QueryError) -> PinnedTable?

  /// The calculator of that name, case ignored.
  func tableFunction(named name: String) -> (any TableFunction)?

  /// Names for did-you-mean.
  var tableFunctionNames: [String] { get }

  /// Hierarchies and measures at that point of knowledge (nil: the statement's snapshot).
  func definitions(knownAt point: ResolvedKnowledge?) throws(QueryError) -> Definitions
}

/// A point of knowledge with its operand evaluated.
package enum ResolvedKnowledge: Sendable, Hashable {
  case timestamp(Timestamp)
  case tag(String)
  case snapshot(Int64)
  case run(Int64)
  /// The sealed snapshot of this business date.
  case reported(CalendarDate)
  case version(Int64)
  case tableTimestamp(Timestamp)
}

/// A call such as `read_delta('path', version => 7)` with constant arguments.
package struct ReaderCall: Sendable {
  package var name: String
  package var positional: [Value]
  package var named: [(name: String, value: Value)]
  package var range: SourceRange

  package init(
    name: String, positional: [Value], named: [(name: String, value: Value)], range: SourceRange
  ) {
    self.name = name
    self.positional = positional
    self.named = named
    self.range = range
  }
}

package enum ResolvedTable: Sendable {
  case table(PinnedTable)
  /// A plain view: its query is bound in place, and the pin of the reference holds for everything
  /// under it.
  case view(name: String, query: Query, text: String)
}

/// A table at one state, with what the planner must know about it.
package struct PinnedTable: Sendable {
  /// `schema.table`, a path, or a function call's text; names the table in plans and footers.
  package var name: String
  package var source: any TableSource
  package var businessDate: BusinessDateColumn?
  /// The Delta version and lake snapshot that were read, when it is a table of a lake.
  package var version: Int64?
  package var snapshot: Int64?

  package init(
    name: String, source: any TableSource, businessDate: BusinessDateColumn? = nil,
    version: Int64? = nil, snapshot: Int64? = nil
  ) {
    self.name = name
    self.source = source
    self.businessDate = businessDate
    self.version = version
    self.snapshot = snapshot
  }
}

/// The column that holds the day a row is about.
package struct BusinessDateColumn: Sendable {
  /// Position in the schema; the column is a date.
  package var column: Int
  /// The calendar's name, for messages.
  package var calendar: String
  /// The dates that have rows at this state, ascending.
  package var dates: @Sendable () throws(QueryError) -> [CalendarDate]
  /// The calendar's holidays besides weekends.
  package var holidays: @Sendable () throws(QueryError) -> Set<CalendarDate>

  package init(
    column: Int, calendar: String,
    dates: @escaping @Sendable () throws(QueryError) -> [CalendarDate],
    holidays: @escaping @Sendable () throws(QueryError) -> Set<CalendarDate>
  ) {
    self.column = column
    self.calendar = calendar
    self.dates = dates
    self.holidays = holidays
  }
}
