import Columnar
import QueryEngine
import QueryLanguage

/// Business dates of the statements that look back.
enum ProofDates {
  /// The day that a point means for a table, as `AS OF` means it.
  static func resolve(
    _ point: BusinessDatePoint, of table: QualifiedName, _ resolver: any TableResolver,
    _ settings: StatementSettings
  ) throws(QueryError) -> CalendarDate {
    let star = SelectItem(Expression(.star(StarExpression())))
    let reference = TableReference(
      .table(table), time: TimeClause(businessDate: point, range: point.range),
      range: table.range)
    let query = Query(body: .select(Select(items: [star], from: reference)))
    let bound = try Binder.bind(query, resolver: resolver, settings: settings)
    guard let day = bound.reads.lazy.compactMap(\.businessDate).first else {
      throw QueryError(
        .time, "\"\(table.dotted)\" has no business date", help: "leave AS OF out",
        at: point.range)
    }
    return day
  }

  static func point(_ day: CalendarDate, at range: SourceRange) -> BusinessDatePoint {
    let literal = Expression(.literal(.date(day.description)), range: range)
    return BusinessDatePoint(.date(literal), range: range)
  }

  /// The day, when the point is one as written.
  static func literal(_ point: BusinessDatePoint?) -> CalendarDate? {
    guard let point, case .date(let expression) = point.kind,
      case .literal(.date(let text)) = expression.kind
    else { return nil }
    return CalendarDate(text)
  }
}
