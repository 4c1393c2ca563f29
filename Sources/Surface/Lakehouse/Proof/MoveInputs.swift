import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// The states of a view's inputs at one step of a move.
struct MoveInputs {
  /// References that nothing below names see this snapshot.
  var base: LakeResolver
  /// By table.
  var states: [Int64: TableState]
  /// Rows that stand in for those of the state, by table.
  var rows: [Int64: [Batch]] = [:]
}

/// Reads every input of a view as a step of a move has it.
struct MoveResolver: TableResolver {
  let inputs: MoveInputs
  let lake: Lake

  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    // A pin of the definition's own holds at every step.
    guard point == nil else { return try inputs.base.resolve(name, knownAt: point) }
    do throws(CatalogError) {
      let known = try inputs.base.committedState(name, nil, in: lake)
      if let id = known.record?.id, let state = inputs.states[id] {
        var table = inputs.base.pinnedTable(state, in: lake)
        if let rows = inputs.rows[id] {
          table.source = MemoryTable(schema: state.shape.schema, batches: rows)
        }
        return .table(table)
      }
    } catch {
      guard case .unknownTable = error else { throw QueryError(error, at: name.range) }
    }
    return try inputs.base.resolve(name, knownAt: nil)
  }

  func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable {
    try inputs.base.file(path, at: range)
  }

  func reader(_ call: ReaderCall) throws(QueryError) -> PinnedTable? {
    try inputs.base.reader(call)
  }

  func tableFunction(named name: String) -> (any TableFunction)? {
    inputs.base.tableFunction(named: name)
  }

  var tableFunctionNames: [String] { inputs.base.tableFunctionNames }

  func definitions(knownAt point: ResolvedKnowledge?) throws(QueryError) -> Definitions {
    try inputs.base.definitions(knownAt: point)
  }
}

/// A table in place of the view, for the measure over its rows.
struct ViewRowsResolver: ForwardingResolver {
  let base: LakeResolver
  let view: QualifiedName
  let table: PinnedTable

  func resolve(
    _ name: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    if name == view { return .table(table) }
    return try base.resolve(name, knownAt: point)
  }
}
