import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

// CREATE VIEW.

extension StatementRunner {
  func createView(_ create: CreateView) throws(QueryError) -> String {
    guard create.name.parts.count == 2 else {
      throw QueryError(.name, "a view is made in a schema", at: create.name.range)
    }
    try refuseSystem(create.name.parts[0])
    let lake = try workspace.lake(for: create.name)
    if try exists(create.name, in: lake), !create.orReplace {
      if create.ifNotExists { return "\(create.name.dotted) is there" }
      throw QueryError(
        .name, "there is a table or view \(create.name.dotted) already", at: create.name.range)
    }
    try refuseReplacing(create.name, in: lake)
    let bound = try Binder.bind(
      create.namedQuery,
      resolver: ReplacingResolver(base: resolver(), name: create.name, query: create.namedQuery),
      settings: try settings)
    let record = ViewRecord(
      schema: create.name.parts[0].text, name: create.name.name.text,
      sql: SyntaxPrinter.text(of: statement),
      definitionHash: SHA256.digest(SyntaxPrinter.text(of: create.namedQuery)), outputTable: "",
      lineage: Set(bound.reads.map(\.name)).sorted().map {
        LineageEdge(outputColumn: nil, inputTable: $0, inputColumn: nil)
      })
    let committer = session.committer(lake)
    var commit = committer.prepare([], operation: "CREATE VIEW", statement: text)
    commit.views = [record]
    _ = try committer.commit(commit)
    return "created view \(record.qualifiedName)"
  }

  /// OR REPLACE takes the place of a view, not of something with rows of its own.
  private func refuseReplacing(_ name: QualifiedName, in lake: Lake) throws(QueryError) {
    do throws(CatalogError) {
      let head = try lake.catalog.head()
      let known = try lake.catalog.tables(at: head.id).first {
        name.dotted.lowercased() == $0.qualifiedName.lowercased()
      }
      guard let known else { return }
      throw CatalogError.invalid(
        "'\(known.qualifiedName)' is no plain view, and keeps rows; DROP it first")
    } catch {
      throw QueryError(error, at: name.range)
    }
  }
}

/// The lake as it will be once a view has its new query, so that a view that reads itself is found
/// before it is there.
private struct ReplacingResolver: ForwardingResolver {
  let base: LakeResolver
  let name: QualifiedName
  let query: Query

  func resolve(
    _ asked: QualifiedName, knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> ResolvedTable {
    let found = try base.resolve(asked, knownAt: point)
    if point == nil, case .view(let known, _, let text) = found,
      known.lowercased() == name.dotted.lowercased()
    {
      return .view(name: known, query: query, text: text)
    }
    return found
  }
}
