import Columnar
package import QueryLanguage

// The two axes of time: which state of a table is read, and for which business date.

extension Binder {
  /// The point of knowledge that a statement names, with its operand evaluated.
  package static func knowledge(
    _ point: KnowledgePoint, resolver: any TableResolver, settings: StatementSettings
  ) throws(QueryError) -> ResolvedKnowledge? {
    let binder = Binder(resolver: resolver, settings: settings)
    return try binder.knowledge(of: TimeClause(knowledge: point, range: point.range))
  }

  /// The pin of a reference: its own, else the enclosing view's, else the session's.
  func knowledge(of time: TimeClause?) throws(QueryError) -> ResolvedKnowledge? {
    guard let point = time?.knowledge else { return inheritedKnowledge ?? settings.knowledge }
    switch point.kind {
    case .timestamp(let operand): return .timestamp(try instant(operand))
    case .tableTimestamp(let operand): return .tableTimestamp(try instant(operand))
    case .tag(let operand): return .tag(try text(operand))
    case .snapshot(let operand): return .snapshot(try number(operand, of: "SNAPSHOT"))
    case .run(let operand): return .run(try number(operand, of: "RUN"))
    case .version(let operand): return .version(try number(operand, of: "VERSION AS OF"))
    case .reported:
      guard let businessDate = time?.businessDate else {
        throw QueryError(
          .time, "AS REPORTED needs a business date before it",
          help: "write AS OF DATE '…' AS REPORTED", at: point.range)
      }
      guard case .date(let operand) = businessDate.kind else {
        throw QueryError(
          .time, "AS REPORTED needs the business date as a date",
          help: "write AS OF DATE '…' AS REPORTED", at: businessDate.range)
      }
      return .reported(try date(operand))
    }
  }

  /// The day that `AS OF` means for a table, checked to have rows.
  func businessDate(
    _ point: BusinessDatePoint, of table: PinnedTable, _ dated: BusinessDateColumn
  ) throws(QueryError) -> CalendarDate {
    let day: CalendarDate
    switch point.kind {
    case .date(let operand): day = try date(operand)
    case .businessDaysBack(let steps):
      let start = try resolveStatementDate(at: point.range)
      day = stepBack(from: start, by: steps, holidays: try dated.holidays())
    }
    let dates = try dated.dates()
    guard dates.contains(day) else {
      throw QueryError(
        .time, "\"\(table.name)\" has no rows for business date \(day)",
        help: nearest(to: day, among: dates, table: table), at: point.range)
    }
    return day
  }

  /// `T`: given from outside, else the latest date of the statement's first dated table.
  private func resolveStatementDate(at range: SourceRange) throws(QueryError) -> CalendarDate {
    if let statementDate { return statementDate }
    guard let dates = try firstDated?.businessDate?.dates(), let latest = dates.last else {
      throw QueryError(
        .time, "T cannot be resolved: \"\(firstDated?.name ?? "the table")\" has no business dates",
        help: "give one with --as-of, or write AS OF DATE '…'", at: range)
    }
    statementDate = latest
    return latest
  }

  private func stepBack(
    from start: CalendarDate, by steps: Int, holidays: Set<CalendarDate>
  ) -> CalendarDate {
    var day = start
    var left = steps
    while left > 0 {
      day.days -= 1
      if !day.isWeekend, !holidays.contains(day) { left -= 1 }
    }
    return day
  }

  private func nearest(
    to day: CalendarDate, among dates: [CalendarDate], table: PinnedTable
  ) -> String {
    let before = dates.last { $0 < day }
    let after = dates.first { $0 > day }
    switch (before, after) {
    case (let before?, let after?): return "the nearest dates with rows are \(before) and \(after)"
    case (let before?, nil): return "the last date with rows is \(before)"
    case (nil, let after?): return "the first date with rows is \(after)"
    case (nil, nil): return "it has no rows at all in that state"
    }
  }

  private func instant(_ operand: Expression) throws(QueryError) -> Timestamp {
    var value = try constant(operand)
    // The literal's text is kept, because here a zone must be named.
    if case .literal(.timestamp(let text)) = operand.kind { value = .string(text) }
    if case .string(let text) = value {
      guard let parsed = TimestampText(text) else {
        throw QueryError(
          .time, "\(ValueText.sql(value)) is not a timestamp",
          help: "write it as '2025-10-01T18:00:00Z'", at: operand.range)
      }
      guard parsed.hasZone else {
        throw QueryError(
          .time, "the timestamp '\(text)' names no time zone",
          help: "end it with Z, or with an offset such as +02:00", at: operand.range)
      }
      return Timestamp(microseconds: parsed.microseconds)
    }
    guard case .timestamp(let instant) = value else {
      throw QueryError(
        .time, "\(ValueText.sql(value)) is not a timestamp",
        help: "write it as '2025-10-01T18:00:00Z'", at: operand.range)
    }
    return instant
  }

  private func date(_ operand: Expression) throws(QueryError) -> CalendarDate {
    guard case .date(let date)? = Coercion.constant(try constant(operand), to: .date) else {
      throw QueryError(
        .time, "AS OF takes a date", help: "write AS OF DATE '2025-09-30'", at: operand.range)
    }
    return date
  }

  private func text(_ operand: Expression) throws(QueryError) -> String {
    guard case .string(let text) = try constant(operand) else {
      throw QueryError(.time, "a tag is named by text: TAG 'eod-2025-09-30'", at: operand.range)
    }
    return text
  }

  private func number(_ operand: Expression, of clause: String) throws(QueryError) -> Int64 {
    guard case .int64(let number)? = Coercion.constant(try constant(operand), to: .int64),
      number >= 0
    else {
      throw QueryError(.time, "\(clause) takes a whole number from 0 on", at: operand.range)
    }
    return number
  }
}
