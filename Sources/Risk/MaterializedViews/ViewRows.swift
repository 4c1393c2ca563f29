package import Columnar
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
}
