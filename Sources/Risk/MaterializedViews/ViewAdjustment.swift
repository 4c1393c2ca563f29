package import Columnar
package import QueryEngine

/// Rows that somebody added by hand to what a view's query gives for one business date, and that
/// somebody else approved.
package struct ViewAdjustment: Sendable, Hashable {
  /// From 1, over all views of a lake.
  package var number: Int
  package var date: CalendarDate
  package var reason: String
  /// False once the approval was taken back; runs of before still have the rows.
  package var isInForce: Bool
  package var columns: [String]
  /// Values as text that casts to the columns' types; nil is null.
  package var rows: [[String?]]

  package init(
    number: Int, date: CalendarDate, reason: String, isInForce: Bool, columns: [String],
    rows: [[String?]]
  ) {
    self.number = number
    self.date = date
    self.reason = reason
    self.isInForce = isInForce
    self.columns = columns
    self.rows = rows
  }

  /// The rows in the columns of a view; one that the adjustment does not name is null.
  ///
  /// - Throws: `.name` when the view has lost a column that the adjustment names.
  package func plan(over schema: Schema, of view: String) throws(QueryError) -> LogicalPlan {
    let texts = Schema(columns.map { Field($0, .string) })
    if let lost = columns.first(where: { schema.index(of: $0) == nil }) {
      throw QueryError(
        .name, "adjustment \(number) of \(date) has the column \(lost), which \(view) has not",
        help: "REJECT ADJUSTMENT \(number) REASON '…' takes it back")
    }
    let batch = Batch(
      schema: texts,
      columns: columns.indices.map { index in
        var builder = ColumnBuilder(.string)
        for row in rows { builder.append(row[index].map { .string($0) } ?? .null) }
        return builder.finish()
      }, rowCount: rows.count)
    return .project(
      .values(batch),
      schema.fields.map { field in
        let value = texts.index(of: field.name).map { BoundExpression.column($0, .string) }
        guard field.type != .string else {
          return ProjectedExpression(field.name, value ?? .constant(.null, .string))
        }
        return ProjectedExpression(
          field.name,
          value.map { .cast($0, field.type, isTry: false) } ?? .constant(.null, field.type))
      })
  }
}

extension ViewHost {
  /// The rows of adjustments in the columns of a view, batch by batch.
  ///
  /// - Parameters:
  ///   - numbers: Only these.
  ///   - scope: Only of these dates.
  package func adjust(
    _ view: ViewDefinition, schema: Schema, numbers: Set<Int>, scope: RefreshPlan.Scope,
    into sink: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    if numbers.isEmpty { return }
    for adjustment in try adjustments(of: view.name) where numbers.contains(adjustment.number) {
      if case .dates(let dates) = scope, !dates.contains(adjustment.date) { continue }
      try execute(try adjustment.plan(over: schema, of: view.name), into: sink)
    }
  }
}
