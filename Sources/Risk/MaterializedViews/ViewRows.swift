package import Columnar
package import LakeCatalog
package import QueryEngine

/// The rows that a view's definition gives over some inputs.
package enum ViewRows {
  /// - Parameters:
  ///   - query: The view's, bound to the inputs.
  ///   - date: Rows of this business date only; where locality is not proved all dates are computed.
  ///   - host: For the view's gates: rows that go to quarantine are left out, as in a refresh.
  package static func computed(
    _ view: ViewDefinition, _ query: BoundQuery, date: CalendarDate?, host: any ViewHost
  ) throws(QueryError) -> [Batch] {
    var plan = query.plan
    if let date, Locality(of: query, businessDate: view.businessDate) == .byDate {
      plan = try plan.restricted(to: [date])
    }
    let gate = try ViewGate(view, schema: query.schema, host: host)
    var batches: [Batch] = []
    try host.execute(plan) { batch throws(QueryError) in
      let admitted = try gate.admit(batch)
      if admitted.rowCount > 0 { batches.append(admitted) }
    }
    return batches
  }

  /// The rows that a run had besides those of its query, as if they were of another date.
  ///
  /// - Parameter schema: Of the view's query; an adjustment that does not fit it gives no rows.
  package static func adjusted(
    _ view: ViewDefinition, schema: Schema, by run: RunRecord, on date: CalendarDate?,
    placedOn place: CalendarDate?, host: any ViewHost
  ) throws(QueryError) -> [Batch] {
    var batches: [Batch] = []
    let numbers = Set(try RunDetail(of: run).adjustments)
    do throws(QueryError) {
      try host.adjust(
        view, schema: schema, numbers: numbers, scope: date.map { .dates([$0]) } ?? .all
      ) { batch throws(QueryError) in
        var batch = batch
        if let place, let column = view.businessDate.flatMap({ schema.index(of: $0) }) {
          var columns = batch.columns
          columns[column] = Column(
            .date, .int32([Int32](repeating: place.days, count: batch.rowCount)))
          batch = Batch(schema: batch.schema, columns: columns, rowCount: batch.rowCount)
        }
        batches.append(batch)
      }
    } catch {
      guard error.reason == .name else { throw error }
      return []
    }
    return batches
  }
}
