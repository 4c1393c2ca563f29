import QueryEngine
import QueryLanguage

/// A resolver that answers for some names itself, and leaves everything else to that of the lake.
protocol ForwardingResolver: TableResolver {
  var base: LakeResolver { get }
}

extension ForwardingResolver {
  func file(_ path: String, at range: SourceRange) throws(QueryError) -> PinnedTable {
    try base.file(path, at: range)
  }

  func reader(_ call: ReaderCall) throws(QueryError) -> PinnedTable? { try base.reader(call) }

  func tableFunction(named name: String) -> (any TableFunction)? { base.tableFunction(named: name) }

  var tableFunctionNames: [String] { base.tableFunctionNames }

  func definitions(knownAt point: ResolvedKnowledge?) throws(QueryError) -> Definitions {
    try base.definitions(knownAt: point)
  }
}
