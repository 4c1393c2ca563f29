import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// UPDATE and DELETE: files that hold affected rows are written again, the others stay.

extension StatementRunner {
  func changeTarget(
    _ name: QualifiedName, alias: Identifier?
  ) throws(QueryError) -> ChangeTarget {
    let lake = try workspace.lake(for: name)
    let state = try target(name, in: lake)
    let resolver = resolver()
    let contract = try TableContract(
      state.definition, schema: state.shape.schema, resolver: resolver)
    return try ChangeTarget(state, alias: alias, contract: contract, in: lake, resolver: resolver)
  }

  func bind(
    _ items: [Expression], with: WithClause? = nil, from: TableReference, filter: Expression?,
    of target: ChangeTarget
  ) throws(QueryError) -> BoundQuery {
    let select = Select(items: items.map { SelectItem($0) }, from: from, filter: filter)
    return try Binder.bind(
      Query(with: with, body: .select(select)), resolver: target.resolver(resolver()),
      settings: try settings)
  }

  func delete(_ delete: Delete) throws(QueryError) -> String {
    let target = try changeTarget(delete.table, alias: delete.alias)
    let from = target.reference.crossJoined(with: delete.using)
    let bound = try bind(
      [target.rowNumber], with: delete.with, from: from, filter: delete.filter, of: target)
    var edits = RowEdits()
    try planRunner.run(bound.plan) { batch throws(QueryError) in
      edits.remove(batch.columns[0].storage.int64 ?? [])
    }
    _ = edits.sort()
    return try finish(target, edits, operation: "DELETE", gate: nil) { change in
      "deleted \(ChangeText.rows(change.rowsRemoved)) from \(target.state.name)"
    }
  }

  func update(_ update: Update) throws(QueryError) -> String {
    let target = try changeTarget(update.table, alias: update.alias)
    let from = target.reference.crossJoined(with: update.from)
    let assigned = try target.assigned(update.assignments)
    let positions = assigned.keys.sorted()
    // The first binding tells the values' types.
    let probe = try bind(
      positions.compactMap { assigned[$0] }, with: update.with, from: from, filter: update.filter,
      of: target)
    var items = [target.rowNumber] + target.contract.schema.names.map(target.column)
    for (index, position) in positions.enumerated() {
      guard let value = assigned[position] else { continue }
      items[position + 1] = try target.converted(
        value, from: probe.schema[index].type, to: position)
    }
    let bound = try bind(
      items, with: update.with, from: from, filter: update.filter, of: target)
    let gate = RowGate(target.contract, runner: planRunner)
    var edits = RowEdits()
    let schema = target.contract.schema
    try planRunner.run(bound.plan) { batch throws(QueryError) in
      let new = Batch(
        schema: schema, columns: Array(batch.columns.dropFirst()), rowCount: batch.rowCount)
      edits.replace(batch.columns[0].storage.int64 ?? [], by: try gate.admitAll(new))
    }
    try refuseTwice(&edits, target, at: update.from?.range)
    if !Set(target.contract.key).isDisjoint(with: positions) {
      try target.checkKeys(
        of: edits.replacements, touched: Set(edits.edits.map(\.row)), runner: planRunner)
    }
    return try finish(target, edits, operation: "UPDATE", gate: gate) { change in
      "updated \(ChangeText.rows(change.rowsRemoved)) of \(target.state.name)"
    }
  }

  /// Sorts the edits; a row with two of them would depend on which came first.
  func refuseTwice(
    _ edits: inout RowEdits, _ target: ChangeTarget, at range: SourceRange?
  ) throws(QueryError) {
    guard let row = edits.sort() else { return }
    let file = target.table.files[NumberedTable.file(of: row)]
    var position = NumberedTable.position(of: row)
    var text = ""
    try planRunner.run(target.state.scan(of: [file], in: target.lake)) {
      batch throws(QueryError) in
      if (0..<batch.rowCount).contains(position) { text = target.keyText(batch, position) }
      position -= batch.rowCount
    }
    throw QueryError(
      .constraint, "the row \(text) of \(target.state.name) is matched by more than one row",
      help: "each row can be changed once: make the other side unique, with GROUP BY for instance",
      at: range)
  }

  /// Makes the edits, and commits them or leaves them to the open transaction.
  func finish(
    _ target: ChangeTarget, _ edits: RowEdits, inserts: [Batch] = [], operation: String,
    gate: RowGate?, message: (StagedChange) -> String
  ) throws(QueryError) -> String {
    if edits.isEmpty, inserts.isEmpty { return message(StagedChange()) }
    let editor = RowEditor(
      state: target.state, table: target.table, lake: target.lake, runner: planRunner)
    let change = try editor.change(edits, inserts: inserts, operation: operation)
    let text = message(change) + ChangeText.files(change)
    let state = target.state.adding(change)
    if let transaction = session.transaction {
      transaction.put(state)
      return text + ", to be committed"
    }
    let committer = session.committer(target.lake)
    var commit = committer.prepare([state], operation: operation, statement: self.text)
    if let gate {
      commit.checks = CheckRecords.results(of: gate, target.contract, subject: state.name)
    }
    let outcome = try committer.commit(commit)
    return text + " (snapshot \(outcome.snapshot.id))"
  }
}

/// Words for what a change did.
enum ChangeText {
  static func rows(_ count: Int64) -> String { "\(count) row\(count == 1 ? "" : "s")" }

  static func files(_ count: Int) -> String { "\(count) file\(count == 1 ? "" : "s")" }

  static func files(_ change: StagedChange) -> String {
    switch (change.removed.count, change.added.count) {
    case (0, let added): return ", in \(files(added))"
    case (let removed, 0): return ", dropping \(files(removed))"
    case (let removed, let added): return ", rewriting \(files(removed)) as \(added)"
    }
  }
}

extension TableReference {
  /// `self, other`.
  func crossJoined(with other: TableReference?) -> TableReference {
    guard let other else { return self }
    return TableReference(
      .join(Join(kind: .cross, left: self, right: other, condition: .none)), range: other.range)
  }
}

extension RowGate {
  /// The batch when all of its rows may be stored: rows that are in the table cannot be set aside.
  func admitAll(_ batch: Batch) throws(QueryError) -> Batch {
    let before = quarantined.count
    let admitted = try admit(batch)
    guard admitted.rowCount == batch.rowCount else {
      let reason = quarantined[before].reason
      throw QueryError(
        .constraint,
        "\(batch.rowCount - admitted.rowCount) changed rows would go to quarantine: \(reason)",
        help: "the first is \(quarantined[before].rawText)")
    }
    return admitted
  }
}
