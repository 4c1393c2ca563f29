import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// INSERT.

extension StatementRunner {
  func insert(_ insert: Insert) throws(QueryError) -> String {
    let lake = try workspace.lake(for: insert.table)
    var state = try target(insert.table, in: lake)
    let contract = try TableContract(
      state.definition, schema: state.shape.schema, resolver: resolver())
    let bound = try Binder.bind(
      try withDefaults(insert, contract), resolver: resolver(), settings: try settings)
    let plan = try arranged(bound, insert, contract)
    let writer = TableWriter(state, contract: contract, lake: lake, runner: planRunner)
    let schema = state.shape.schema
    do throws(QueryError) {
      try planRunner.run(plan) { batch throws(QueryError) in
        try writer.write(Batch(schema: schema, columns: batch.columns, rowCount: batch.rowCount))
      }
    } catch {
      writer.abandonUnlessFinished()
      throw error
    }
    let change = try writer.finish(operation: "INSERT")
    let message = InsertMessage.text(change, writer, table: state.name)
    let quarantined = writer.gate?.quarantined ?? []
    if change.isEmpty, quarantined.isEmpty { return message }
    var staged = state.staged ?? StagedChange()
    if state.staged == nil { staged = change } else { staged.merge(change) }
    state.staged = staged
    if let transaction = session.transaction {
      guard quarantined.isEmpty else {
        writer.abandon()
        throw QueryError(
          .constraint, "\(quarantined.count) rows would go to quarantine",
          help: "inside BEGIN … COMMIT every row must be good; leave these out, or INSERT outside")
      }
      transaction.put(state)
      return message + ", to be committed"
    }
    let committer = session.committer(lake)
    var commit = committer.prepare([state], operation: "INSERT", statement: text)
    commit.quarantine = quarantined
    if let gate = writer.gate {
      commit.checks = CheckRecords.results(of: gate, contract, subject: state.name)
    }
    let outcome = try committer.commit(commit)
    return message + " (snapshot \(outcome.snapshot.id))"
  }

  /// The table to change, as the transaction or the head has it.
  ///
  /// - Parameter verb: What is asked of it, for the message; nil is also right for views.
  func target(
    _ name: QualifiedName, in lake: Lake, verb: String? = "written"
  ) throws(QueryError) -> TableState {
    if name.parts.count == 2, name.parts[0].key == "system" {
      throw QueryError(
        .readOnly, "\"\(name.dotted)\" is the lake's own and cannot be written", at: name.range)
    }
    if let state = session.transaction?.state(named: name) { return state }
    do throws(CatalogError) {
      let state = try resolver().committedState(name, nil, in: lake)
      let isView = try lake.catalog.views(at: state.snapshot).contains {
        $0.outputTable == state.name
      }
      if let verb, isView {
        throw CatalogError.invalid(
          "'\(state.name)' is a materialized view: REFRESH writes it, it cannot be \(verb)")
      }
      return state
    } catch {
      var failure = QueryError(error, at: name.range)
      if case .unknownTable = error, failure.help?.hasPrefix("did you mean") != true {
        failure.help =
          "CREATE TABLE \(name.dotted) … first, or CREATE TABLE \(name.dotted) AS SELECT …"
      }
      throw failure
    }
  }

  /// `DEFAULT` in VALUES replaced by the column's default.
  private func withDefaults(
    _ insert: Insert, _ contract: TableContract
  ) throws(QueryError) -> Query {
    guard case .values(let rows) = insert.query.body else { return insert.query }
    let positions = try columns(of: insert, contract)
    var replaced: [[Expression]] = []
    for row in rows {
      var values: [Expression] = []
      for (index, expression) in row.enumerated() {
        guard case .defaultValue = expression.kind, index < positions.count else {
          values.append(expression)
          continue
        }
        if contract.defaults[positions[index]] != nil {
          throw QueryError(
            .unsupported, "DEFAULT in VALUES is not supported yet",
            help: "leave the column out of the column list", at: expression.range)
        }
        values.append(Expression(.literal(.null), range: expression.range))
      }
      replaced.append(values)
    }
    var query = insert.query
    query.body = .values(replaced)
    return query
  }

  /// Positions in the table that the query's columns go to.
  private func columns(
    of insert: Insert, _ contract: TableContract
  ) throws(QueryError) -> [Int] {
    guard !insert.columns.isEmpty else { return Array(0..<contract.schema.count) }
    var positions: [Int] = []
    for column in insert.columns {
      let position = try contract.position(of: column)
      guard !positions.contains(position) else {
        throw QueryError(.name, "column \"\(column.text)\" is named twice", at: column.range)
      }
      positions.append(position)
    }
    return positions
  }

  /// The query's rows in the table's columns and types, defaults filled in.
  private func arranged(
    _ bound: BoundQuery, _ insert: Insert, _ contract: TableContract
  ) throws(QueryError) -> LogicalPlan {
    var positions = try columns(of: insert, contract)
    let source = bound.schema
    if insert.isByName {
      positions = []
      for field in source.fields {
        guard let position = contract.schema.index(of: field.name) else {
          throw QueryError(
            .name, "\(contract.name) has no column \"\(field.name)\"", at: insert.table.range)
        }
        positions.append(position)
      }
    }
    guard source.count == positions.count else {
      throw QueryError(
        .type,
        "\(contract.name) takes \(positions.count) columns here, the query gives \(source.count)",
        help: "name the columns: INSERT INTO \(contract.name) (…) …", at: insert.query.range)
    }
    var expressions: [ProjectedExpression] = []
    for (position, field) in contract.schema.fields.enumerated() {
      guard let index = positions.firstIndex(of: position) else {
        expressions.append(
          ProjectedExpression(
            field.name, contract.defaults[position] ?? .constant(.null, field.type)))
        continue
      }
      expressions.append(
        ProjectedExpression(
          field.name, try assigned(source[index], index, to: field, bound, insert)))
    }
    return .project(bound.plan, expressions)
  }

  private func assigned(
    _ source: Field, _ index: Int, to field: Field, _ bound: BoundQuery, _ insert: Insert
  ) throws(QueryError) -> BoundExpression {
    let column = BoundExpression.column(index, source.type)
    if source.type == field.type { return column }
    // VALUES rows are literals: text there is read as the column's type.
    var isLiteral = false
    if case .values = insert.query.body { isLiteral = source.type == .string }
    guard isLiteral || Coercion.isImplicit(source.type, to: field.type) else {
      throw QueryError(
        .type,
        "column \"\(field.name)\" is \(field.type.sqlName), the query gives \(source.type.sqlName)",
        help: "CAST it to \(field.type.sqlName)", at: insert.query.range)
    }
    return .cast(column, field.type, isTry: false)
  }
}

/// Words for what an insert did.
enum InsertMessage {
  static func text(_ change: StagedChange, _ writer: TableWriter, table: String) -> String {
    var message = "inserted \(change.rowsAdded) rows into \(table)"
    if change.rowsRemoved > 0 { message += ", replacing \(change.rowsRemoved)" }
    if writer.rowsSuperseded > 0 {
      message += ", dropped \(writer.rowsSuperseded) with an equal or later version there"
    }
    if let count = writer.gate?.quarantined.count, count > 0 {
      message += ", \(count) went to quarantine"
    }
    return message
  }
}

/// Results of a table's expectations, for `system.checks`.
enum CheckRecords {
  static func results(
    of gate: RowGate, _ contract: TableContract, subject: String
  ) -> [CheckResult] {
    contract.checks.compactMap { check in
      guard let broken = gate.violations[check.name], broken > 0 else { return nil }
      return CheckResult(
        subject: subject, name: check.name, status: "warn", rowsChecked: gate.rowsChecked,
        rowsFailed: broken, detail: "CHECK (\(check.text))")
    }
  }
}
