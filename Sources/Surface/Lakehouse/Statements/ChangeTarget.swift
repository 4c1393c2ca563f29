import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// The table that an UPDATE, DELETE or MERGE changes, as one that a query can name.
///
/// The statement's conditions and values become a query over it, which also gives the numbers of the
/// rows that it finds; so they mean exactly what they would mean in a SELECT.
struct ChangeTarget {
  let state: TableState
  let contract: TableContract
  let table: NumberedTable
  let lake: Lake
  private let alias: Identifier?
  private let pinned: PinnedTable

  init(
    _ state: TableState, alias: Identifier?, contract: TableContract, in lake: Lake,
    resolver: LakeResolver
  ) throws(QueryError) {
    self.state = state
    self.contract = contract
    self.alias = alias
    self.lake = lake
    table = try NumberedTable(state, in: lake)
    var pinned = resolver.pinnedTable(state, in: lake)
    pinned.source = table
    self.pinned = pinned
  }

  // MARK: As syntax

  private var name: QualifiedName {
    QualifiedName([
      Identifier(TargetResolver.marker, isQuoted: true),
      Identifier(state.definition.schema, isQuoted: false), Identifier(state.definition.name),
    ])
  }

  var reference: TableReference {
    TableReference(.table(name), alias: alias.map { TableAlias($0) })
  }

  /// A column of the table, whatever else has one of that name.
  func column(_ column: String) -> Expression {
    let parts = alias.map { [$0] } ?? name.parts
    return Expression(.column(QualifiedName(parts + [Identifier(column, isQuoted: true)])))
  }

  var rowNumber: Expression { column(NumberedTable.rowColumn) }

  /// What `SET column = value` stands for.
  func value(_ written: Expression, at position: Int) -> Expression {
    guard case .defaultValue = written.kind else { return written }
    return contract.writtenDefaults[position] ?? Expression(.literal(.null), range: written.range)
  }

  /// `SET` by position in the table.
  func assigned(_ assignments: [Assignment]) throws(QueryError) -> [Int: Expression] {
    var assigned: [Int: Expression] = [:]
    for assignment in assignments {
      let position = try contract.position(of: assignment.column)
      guard assigned[position] == nil else {
        throw QueryError(
          .name, "column \"\(assignment.column.text)\" is set twice", at: assignment.column.range)
      }
      assigned[position] = value(assignment.value, at: position)
    }
    return assigned
  }

  // MARK: Binding

  func resolver(_ base: LakeResolver) -> TargetResolver { TargetResolver(base, target: pinned) }

  /// A value as one of its column's type, as INSERT would take it.
  ///
  /// - Parameter source: The value's own type.
  func converted(
    _ value: Expression, from source: DataType, to position: Int
  ) throws(QueryError) -> Expression {
    let field = contract.schema[position]
    if source == field.type { return value }
    var isLiteral = false
    switch value.kind {
    case .literal, .parameter: isLiteral = true
    default: break
    }
    guard isLiteral || Coercion.isImplicit(source, to: field.type),
      let type = TypeName(field.type)
    else {
      throw QueryError(
        .type,
        "column \"\(field.name)\" is \(field.type.sqlName), the value is \(source.sqlName)",
        help: "CAST it to \(field.type.sqlName)", at: value.range)
    }
    return Expression(
      .cast(CastExpression(value: value, type: type, isTry: false)), range: value.range)
  }

  // MARK: Keys

  /// Makes sure that no two rows have one key once the edits are made.
  ///
  /// - Parameters:
  ///   - new: Rows that come, or that may have got another key.
  ///   - touched: Rows whose present key does not count.
  func checkKeys(
    of new: [Batch], touched: Set<Int64>, runner: PlanRunner
  ) throws(QueryError) {
    guard !contract.key.isEmpty, new.contains(where: { $0.rowCount > 0 }) else { return }
    let source = MemoryTable(schema: contract.schema, batches: new)
    let scan = LogicalPlan.scan(
      ScanNode(table: PinnedTable(name: "new rows", source: source), columns: contract.key))
    let groups = contract.key.enumerated().map { index, column in
      ProjectedExpression(
        contract.schema[column].name, .column(index, contract.schema[column].type))
    }
    let counted = LogicalPlan.aggregate(
      AggregateNode(
        input: scan, groups: groups, groupingSets: [Array(groups.indices)],
        aggregates: [AggregateCall(.countStar, [], type: .int64, name: "#count")]))
    let twice = try runner.collect(
      .limit(
        .filter(
          counted,
          .comparison(
            .greater, .column(groups.count, .int64), .constant(.int64(1), .int64))),
        count: 1, offset: 0))
    if let batch = twice.first, batch.rowCount > 0 {
      throw duplicate(
        RowGate.text(batch.projected(to: Array(groups.indices)), 0), "several rows would have it")
    }
    let width = contract.schema.count
    let there = KeyedJoin.plan(
      .semi, table, source, keys: contract.key, leftColumns: contract.key + [width])
    var clash: String?
    try runner.run(there) { batch throws(QueryError) in
      guard clash == nil, let rows = batch.columns.last?.storage.int64 else { return }
      if let row = rows.firstIndex(where: { !touched.contains($0) }) {
        clash = RowGate.text(batch.projected(to: Array(groups.indices)), row)
      }
    }
    if let clash { throw duplicate(clash, "the table has a row with it already") }
  }

  private func duplicate(_ key: String, _ why: String) -> QueryError {
    QueryError(
      .constraint, "the key \(key) of \(state.name) must be of one row: \(why)",
      help: "change or delete the other row first")
  }

  /// The key of a row, or all of it when the table has none.
  func keyText(_ batch: Batch, _ row: Int) -> String {
    RowGate.text(contract.key.isEmpty ? batch : batch.projected(to: contract.key), row)
  }
}

/// Resolves one more name than the lake knows: the table that a statement changes.
final class TargetResolver: TableResolver {
  static let marker = "#target"
  /// A name for the table when it needs no other.
  static let name = QualifiedName(
    [marker, "source", "file"].map { Identifier($0, isQuoted: true) })

  private let base: LakeResolver
  private let target: PinnedTable

  init(_ base: LakeResolver, target: PinnedTable) {
    self.base = base
    self.target = target
  }

  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    // What is changed is always the newest state, whatever the session's point of knowledge.
    if name.parts.count == 3, name.parts[0].text == TargetResolver.marker { return .table(target) }
    return try base.resolve(name, knownAt: point)
  }

  func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable {
    try base.file(path, at: range)
  }

  func reader(_ call: ReaderCall) throws(QueryError) -> PinnedTable? { try base.reader(call) }

  func tableFunction(named name: String) -> (any TableFunction)? {
    base.tableFunction(named: name)
  }

  var tableFunctionNames: [String] { base.tableFunctionNames }

  func definitions(knownAt point: ResolvedKnowledge?) throws(QueryError) -> Definitions {
    try base.definitions(knownAt: point)
  }
}

extension TypeName {
  /// The written name of a type; nil when it has none.
  init?(_ type: DataType) {
    let kind: Kind
    switch type {
    case .boolean: kind = .boolean
    case .int32: kind = .int32
    case .int64: kind = .int64
    case .float: kind = .float
    case .double: kind = .double
    case .decimal(let precision, let scale): kind = .decimal(precision: precision, scale: scale)
    case .string: kind = .string
    case .date: kind = .date
    case .timestamp: kind = .timestamp
    case .binary: kind = .binary
    case .vector(let length): kind = .vector(length)
    case .list(let element):
      guard let inner = TypeName(element.type) else { return nil }
      kind = .list(inner)
    case .timestampNTZ, .structure, .map: return nil
    }
    self.init(kind, range: .synthesized)
  }
}
