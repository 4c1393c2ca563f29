import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

// ADJUST, APPROVE ADJUSTMENT and REJECT ADJUSTMENT.

extension StatementRunner {
  /// An adjustment stands in the lake's log as a whole.
  private static let rowsMax = 1000

  /// Proposes rows for a view and a business date: they are in its rows from the first refresh after
  /// somebody else has approved them.
  func adjust(_ adjust: Adjust) throws(QueryError) -> String {
    let lake = try workspace.lake(for: adjust.view)
    let date = try day(adjust.date)
    let view = try datedView(adjust.view, in: lake)
    let (columns, rows) = try adjustmentRows(adjust, date, view, in: lake)
    let book = AdjustmentBook(lake)
    do throws(CatalogError) {
      try checkOpen(date, in: lake)
      return try book.inTurn { () throws(CatalogError) in
        let adjustment = Adjustment(
          number: (try book.all().last?.number ?? 0) + 1, view: view.name, date: date,
          columns: columns, rows: rows, reason: adjust.reason.text, maker: session.actor,
          makerUser: session.user, time: lake.clock())
        var commit = session.committer(lake).prepare([], operation: "ADJUST", statement: text)
        commit.reason = adjustment.reason
        commit.settings = [
          SettingRecord(
            name: AdjustmentBook.proposal(adjustment.number), value: adjustment.json)
        ]
        try lake.catalog.commit(commit)
        return "adjustment \(adjustment.number) of \(view.name) for \(date): "
          + "\(rows.count) row\(rows.count == 1 ? "" : "s"), to be approved by somebody else than "
          + Signature.name(adjustment.maker, adjustment.makerUser)
      }
    } catch {
      throw QueryError(error, at: adjust.view.range)
    }
  }

  /// The checker is the operating system's user, whatever `--actor` says, and is not who proposed it,
  /// whatever `--actor` said then.
  func decide(_ decision: AdjustmentDecision) throws(QueryError) -> String {
    let lake = try workspace.lake(for: QualifiedName([Identifier("adjustment")]))
    let checker = session.user
    let book = AdjustmentBook(lake)
    do throws(CatalogError) {
      return try book.inTurn { () throws(CatalogError) in
        guard let known = try book.all().first(where: { $0.number == decision.number }) else {
          throw CatalogError.invalid(
            "there is no adjustment \(decision.number); system.adjustments lists them")
        }
        let isUndecided = known.decisions.isEmpty
        guard isUndecided || known.isInForce && !decision.isApproval else {
          throw CatalogError.invalid("adjustment \(known.number) is \(known.state)")
        }
        // Whoever proposed it may think better of it, as long as nobody has approved it.
        if known.isMade(by: checker), decision.isApproval || !isUndecided {
          throw CatalogError.invalid(
            "\(checker) proposed adjustment \(known.number) and cannot decide about it: "
              + "another user of the operating system must")
        }
        try checkOpen(known.date, in: lake)
        let word = decision.isApproval ? "APPROVE" : "REJECT"
        let record = Adjustment.Decision(
          isApproval: decision.isApproval, checker: checker, comment: decision.comment?.text,
          time: lake.clock())
        var commit = session.committer(lake).prepare(
          [], operation: word + " ADJUSTMENT", statement: text)
        commit.actor = checker
        commit.reason = decision.comment?.text
        commit.settings = [
          SettingRecord(
            name: AdjustmentBook.decision(known.number, known.decisions.count + 1),
            value: record.json)
        ]
        try lake.catalog.commit(commit)
        let effect =
          decision.isApproval || !isUndecided ? ": the next refresh of \(known.view) shows it" : ""
        return "\(checker) \(decision.isApproval ? "approved" : "rejected") adjustment "
          + "\(known.number)" + effect
      }
    } catch {
      throw QueryError(error, at: statement.range)
    }
  }

  private func checkOpen(_ date: CalendarDate, in lake: Lake) throws(CatalogError) {
    if let event = try SignatureBook(lake).events(of: date).last, event.isClosed {
      throw .invalid("\(date) was closed by \(event.actor); REOPEN DAY opens it")
    }
  }

  private func datedView(
    _ name: QualifiedName, in lake: Lake
  ) throws(QueryError) -> ViewDefinition {
    do throws(CatalogError) {
      let written = name.dotted.lowercased()
      let found = try lake.catalog.views(at: try lake.catalog.head().id).first { view in
        !view.outputTable.isEmpty && view.qualifiedName.lowercased() == written
      }
      guard let found else {
        throw CatalogError.invalid("there is no materialized view \(name.dotted)")
      }
      let view = try? ViewDefinition(found)
      guard let view, view.businessDate != nil else {
        throw CatalogError.invalid("\(name.dotted) has no BUSINESS DATE to adjust")
      }
      return view
    } catch {
      throw QueryError(error, at: name.range)
    }
  }

  /// The rows as text, in the columns that the statement names and the business date.
  private func adjustmentRows(
    _ adjust: Adjust, _ date: CalendarDate, _ view: ViewDefinition, in lake: Lake
  ) throws(QueryError) -> (columns: [String], rows: [[String?]]) {
    let state = try target(adjust.view, in: lake, verb: nil)
    let schema = state.shape.schema
    let contract = try TableContract(state.definition, schema: schema, resolver: resolver())
    let bound = try Binder.bind(
      adjust.rows.query, resolver: resolver(), settings: try settings)
    let typed = try arranged(bound, adjust.rows, contract)
    let texts = LogicalPlan.project(
      typed,
      schema.fields.enumerated().map { index, field in
        let column = BoundExpression.column(index, field.type)
        return ProjectedExpression(
          field.name, field.type == .string ? column : .cast(column, .string, isTry: false))
      })
    let batch = try Batch.joined(try planRunner.collect(texts), schema: texts.schema)
    guard (1...StatementRunner.rowsMax).contains(batch.rowCount) else {
      throw QueryError(
        .constraint,
        "an adjustment has 1 to \(StatementRunner.rowsMax) rows, this one \(batch.rowCount)",
        at: adjust.rows.query.range)
    }
    var rows: [[String?]] = []
    for row in 0..<batch.rowCount {
      var cells = batch.row(row).map { value -> String? in
        if case .string(let text) = value { text } else { nil }
      }
      for (index, field) in schema.fields.enumerated() where field.name == view.businessDate {
        let isNamed = adjust.rows.columns.isEmpty || cells[index] != nil
        if isNamed, cells[index] != date.description {
          throw QueryError(
            .constraint, "a row for \(cells[index] ?? "no date") in an adjustment for \(date)",
            help: "leave \(field.name) out of the columns", at: adjust.rows.query.range)
        }
        cells[index] = date.description
      }
      rows.append(cells)
    }
    return (schema.names, rows)
  }
}
