import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// MERGE: source and target are joined once; each joined row is worth the first branch it fulfils.

extension StatementRunner {
  func merge(_ merge: Merge) throws(QueryError) -> String {
    let target = try changeTarget(merge.table, alias: merge.alias)
    let form = try MergeForm(merge, target) { source throws(QueryError) in
      let star = Expression(.star(StarExpression()))
      return try bind([star], from: source, filter: nil, of: target).schema
    }
    let probe = try bind(form.written, from: form.from, filter: nil, of: target)
    let items = try form.items(types: probe.schema.fields.map(\.type))
    let bound = try bind(items, from: form.from, filter: nil, of: target)

    let updateGate = RowGate(target.contract, runner: planRunner)
    let insertGate = RowGate(target.contract, runner: planRunner)
    let schema = target.contract.schema
    var edits = RowEdits()
    var inserts: [Batch] = []
    var removed: Int64 = 0
    try planRunner.run(bound.plan) { batch throws(QueryError) in
      let part = form.split(batch)
      let rows = batch.columns[0].storage.int64 ?? []
      func values(_ indices: [Int32]) -> Batch {
        let columns = Array(batch.columns.dropFirst(2))
        return Batch(schema: schema, columns: columns, rowCount: batch.rowCount).take(indices)
      }
      edits.remove(part.deleted.map { rows[Int($0)] })
      removed += Int64(part.deleted.count)
      if !part.updated.isEmpty {
        edits.replace(
          part.updated.map { rows[Int($0)] }, by: try updateGate.admitAll(values(part.updated)))
      }
      if !part.inserted.isEmpty {
        let admitted = try insertGate.admitAll(values(part.inserted))
        inserts.append(admitted)
      }
    }
    let found = edits.edits.count
    try refuseTwice(&edits, target, at: merge.source.range)
    if edits.edits.count < found {
      throw QueryError(
        .constraint, "a row of \(target.state.name) would be deleted by more than one source row",
        help: "make the source unique, with GROUP BY for instance", at: merge.source.range)
    }
    if form.changesKeys {
      try target.checkKeys(
        of: edits.replacements + inserts, touched: Set(edits.edits.map(\.row)), runner: planRunner)
    }
    let insertedCount = inserts.reduce(0) { $0 + Int64($1.rowCount) }
    let updated = Int64(found) - removed
    return try finish(
      target, edits, inserts: inserts, operation: "MERGE", gate: insertGate
    ) { _ in
      "merged into \(target.state.name): \(insertedCount) inserted, \(updated) updated, "
        + "\(removed) deleted"
    }
  }
}

/// A MERGE as one query: the number of the target's row, the branch that applies, and the table's
/// columns as that branch leaves them.
private struct MergeForm {
  let merge: Merge
  let target: ChangeTarget
  let from: TableReference
  /// By branch: the value of each column that it sets.
  private let assigned: [[Int: Expression]]
  private let isRightThere: Expression
  private let isLeftThere: Expression?

  private static let sourceMark = Identifier("#source", isQuoted: true)

  /// - Parameter schema: The columns of a table reference.
  init(
    _ merge: Merge, _ target: ChangeTarget,
    schema: (TableReference) throws(QueryError) -> Schema
  ) throws(QueryError) {
    self.merge = merge
    self.target = target
    var source = merge.source
    if case .query = source.kind, source.alias == nil {
      source.alias = TableAlias(MergeForm.sourceMark)
    }
    // Target rows without a source row are wanted only when a branch is about them.
    let wantsAll = merge.branches.contains { $0.match == .notMatchedBySource }
    var left = source
    if wantsAll {
      let one = Select(items: [
        SelectItem(Expression(.literal(.boolean(true))), alias: MergeForm.sourceMark)
      ])
      left = source.crossJoined(
        with: TableReference(
          .query(Query(body: .select(one)), isLateral: false),
          alias: TableAlias(Identifier("#mark", isQuoted: true))))
    }
    from = TableReference(
      .join(
        Join(
          kind: wantsAll ? .full : .left, left: left, right: target.reference,
          condition: .on(merge.condition))), range: merge.source.range)
    isRightThere = Expression(.isNull(target.rowNumber, negated: true))
    isLeftThere =
      wantsAll
      ? Expression(
        .isNull(
          Expression(
            .column(
              QualifiedName([Identifier("#mark", isQuoted: true), MergeForm.sourceMark]))),
          negated: true)) : nil
    var stars: [Int: Expression]?
    var all: [[Int: Expression]] = []
    for branch in merge.branches {
      switch branch.action {
      case .delete, .doNothing: all.append([:])
      case .update(let assignments): all.append(try target.assigned(assignments))
      case .insert(let columns, let values):
        all.append(try MergeForm.inserted(columns, values, target, at: branch.range))
      case .updateAll, .insertAll:
        if stars == nil {
          stars = try MergeForm.byName(try schema(source), source, target)
        }
        all.append(stars ?? [:])
      }
    }
    assigned = all
  }

  private static func inserted(
    _ columns: [Identifier], _ values: [Expression], _ target: ChangeTarget, at range: SourceRange
  ) throws(QueryError) -> [Int: Expression] {
    let names =
      columns.isEmpty
      ? target.contract.schema.names.map { Identifier($0, isQuoted: true) } : columns
    guard names.count == values.count else {
      throw QueryError(
        .type, "\(target.state.name) takes \(names.count) columns, \(values.count) are given",
        help: "name the columns: INSERT (…) VALUES (…)", at: range)
    }
    return try target.assigned(zip(names, values).map { Assignment(column: $0, value: $1) })
  }

  /// Every column of the source, which the target must have too.
  private static func byName(
    _ schema: Schema, _ source: TableReference, _ target: ChangeTarget
  ) throws(QueryError) -> [Int: Expression] {
    var qualifier: [Identifier] = []
    if let alias = source.alias {
      qualifier = [alias.name]
    } else if case .table(let name) = source.kind {
      qualifier = name.parts
    } else if case .function(let call) = source.kind {
      qualifier = [call.name.name]
    } else {
      throw QueryError(
        .name, "* needs a name for the source", help: "write USING … AS s", at: source.range)
    }
    var assigned: [Int: Expression] = [:]
    for field in schema.fields {
      let name = Identifier(field.name, isQuoted: true)
      var position = try? target.contract.position(of: name)
      if position == nil { position = try target.contract.position(of: Identifier(field.name)) }
      if let position {
        assigned[position] = Expression(
          .column(QualifiedName(qualifier + [name])), range: source.range)
      }
    }
    return assigned
  }

  /// Whether two rows could have one key afterwards.
  var changesKeys: Bool {
    let key = Set(target.contract.key)
    return zip(merge.branches, assigned).contains { branch, assigned in
      branch.match == .notMatched || !key.isDisjoint(with: assigned.keys)
    }
  }

  /// The values that branches give, to learn their types.
  var written: [Expression] {
    [target.rowNumber] + slots.compactMap { assigned[$0.branch][$0.position] }
  }

  private var slots: [(branch: Int, position: Int)] {
    assigned.enumerated().flatMap { branch, values in
      values.keys.sorted().map { (branch, $0) }
    }
  }

  /// The query's columns.
  ///
  /// - Parameter types: Of `written`.
  func items(types: [DataType]) throws(QueryError) -> [Expression] {
    var values = assigned
    for (index, slot) in slots.enumerated() {
      guard let value = assigned[slot.branch][slot.position] else { continue }
      values[slot.branch][slot.position] = try target.converted(
        value, from: types[index + 1], to: slot.position)
    }
    let conditions = merge.branches.map(condition)
    func choice(
      _ result: (Int) throws(QueryError) -> Expression, otherwise: Expression?
    ) throws(QueryError) -> Expression {
      var branches: [CaseExpression.Branch] = []
      for (index, condition) in conditions.enumerated() {
        branches.append(.init(condition: condition, result: try result(index)))
      }
      return Expression(.caseWhen(CaseExpression(branches: branches, otherwise: otherwise)))
    }
    var items = [
      target.rowNumber,
      try choice({ Expression(.literal(.number(NumberLiteral($0)))) }, otherwise: nil),
    ]
    for (position, field) in target.contract.schema.fields.enumerated() {
      let own = target.column(field.name)
      items.append(
        try choice(
          { index throws(QueryError) in
            if let value = values[index][position] { return value }
            guard merge.branches[index].match == .notMatched else { return own }
            return try defaultValue(at: position)
          }, otherwise: own))
    }
    return items
  }

  private func defaultValue(at position: Int) throws(QueryError) -> Expression {
    let field = target.contract.schema[position]
    guard let written = target.contract.writtenDefaults[position],
      let type = TypeName(field.type)
    else { return Expression(.literal(.null)) }
    return Expression(.cast(CastExpression(value: written, type: type)))
  }

  private func condition(_ branch: Merge.Branch) -> Expression {
    var members: [Expression] = []
    switch branch.match {
    case .matched:
      members = [isRightThere] + (isLeftThere.map { [$0] } ?? [])
    case .notMatched: members = [Expression(.not(isRightThere))]
    case .notMatchedBySource: members = isLeftThere.map { [Expression(.not($0))] } ?? []
    }
    if let condition = branch.condition { members.append(condition) }
    return members.count == 1 ? members[0] : Expression(.and(members))
  }

  /// The rows of a result by what becomes of them.
  func split(_ batch: Batch) -> (updated: [Int32], deleted: [Int32], inserted: [Int32]) {
    var updated: [Int32] = []
    var deleted: [Int32] = []
    var inserted: [Int32] = []
    let column = batch.columns[1]
    for row in 0..<batch.rowCount {
      let index: Int
      switch column.value(row) {
      case .int32(let number): index = Int(number)
      case .int64(let number): index = Int(number)
      default: continue
      }
      switch merge.branches[index].action {
      case .update, .updateAll: updated.append(Int32(row))
      case .delete: deleted.append(Int32(row))
      case .insert, .insertAll: inserted.append(Int32(row))
      case .doNothing: continue
      }
    }
    return (updated, deleted, inserted)
  }
}
