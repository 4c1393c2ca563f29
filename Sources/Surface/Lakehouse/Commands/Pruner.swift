import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// What a lake defines and no definition file says any more: views, measures and hierarchies.
///
/// Tables are never among them: nothing could make their rows again.
struct Pruner {
  /// A definition without a file.
  struct Absent {
    var drop: Drop
    /// What dropping it would cause.
    var effect: String
    /// Views with files that read it.
    var readers: [String]

    var name: String { drop.name.dotted }
  }

  let session: Session
  /// What the files make.
  let statements: [Statement]

  func absent() throws(LakeError) -> [Absent] {
    let lake = try session.lake()
    do throws(CatalogError) {
      let head = try lake.catalog.head()
      let views = try lake.catalog.views(at: head.id)
      let kept = views.filter { has($0.qualifiedName, .view) }
      let uses = self.uses(of: kept)
      var found: [Absent] = []
      for view in views where !has(view.qualifiedName, .view) {
        let isMaterialized = !view.outputTable.isEmpty
        let readers = kept.filter { reader in
          reader.lineage.contains { $0.inputTable == view.qualifiedName }
            || uses[reader.qualifiedName]?.contains("view \(view.qualifiedName)") == true
        }
        found.append(
          Absent(
            drop: Drop(
              kind: isMaterialized ? .materializedView : .view,
              name: Pruner.name([view.schema, view.name])),
            effect: isMaterialized ? try rows(of: view, lake, head) : "no rows go",
            readers: readers.map(\.qualifiedName)))
      }
      for definition in try lake.catalog.definitions(at: head.id) {
        guard let kind = DefinitionKind(rawValue: definition.schema) else { continue }
        let own: Drop.Kind = kind == .measure ? .measure : .hierarchy
        guard !has(definition.name, own) else { continue }
        let readers = kept.filter { reader in
          uses[reader.qualifiedName]?.contains("\(kind.word) \(definition.name)") == true
        }
        found.append(
          Absent(
            drop: Drop(kind: own, name: Pruner.name([definition.name])), effect: "no rows go",
            readers: readers.map(\.qualifiedName)))
      }
      return found
    } catch {
      throw LakeError(error)
    }
  }

  func drop(_ absent: Absent) throws(LakeError) {
    let statement = Statement(.drop(absent.drop))
    session.workspace.beginStatement()
    try StatementRunner(
      session: session, text: SyntaxPrinter.text(of: statement), statement: statement
    ).run(into: CollectingSink())
  }

  private static func name(_ parts: [String]) -> QualifiedName {
    QualifiedName(parts.map { Identifier($0, isQuoted: true) })
  }

  /// Whether a file makes it; a view of either kind counts for the other.
  private func has(_ name: String, _ kind: Drop.Kind) -> Bool {
    statements.contains { statement in
      let (made, own): (String, Drop.Kind) =
        switch statement.kind {
        case .createView(let create): (create.name.dotted, .view)
        case .createMaterializedView(let create): (create.name.dotted, .view)
        case .createMeasure(let create): (create.name.key, .measure)
        case .createHierarchy(let create): (create.name.key, .hierarchy)
        default: ("", .schema)
        }
      return own == kind && made.lowercased() == name.lowercased()
    }
  }

  /// The plain views, measures and hierarchies that views use; none for one that cannot be bound.
  private func uses(of views: [ViewRecord]) -> [String: Set<String>] {
    let resolver = LakeResolver(session.workspace, transaction: nil)
    var uses: [String: Set<String>] = [:]
    for view in views {
      guard let query = ViewText.query(of: view.sql),
        let bound = try? Binder.bind(query, resolver: resolver)
      else { continue }
      uses[view.qualifiedName] = Set(bound.uses.keys)
    }
    return uses
  }

  private func rows(
    of view: ViewRecord, _ lake: Lake, _ head: LakeSnapshot
  ) throws(CatalogError) -> String {
    let table = try lake.catalog.table(schema: view.schema, name: view.name, at: head.id)
    guard let version = try lake.catalog.version(of: table.id, at: head.id) else {
      return "no rows go"
    }
    let rows = try lake.catalog.rowCount(of: table, version: version.version)
    let dates = try lake.catalog.dates(of: table.id, version: version.version).count
    var text = "\(rows) row\(rows == 1 ? "" : "s")"
    if dates > 0 { text += " of \(dates) business date\(dates == 1 ? "" : "s")" }
    return text + " can no longer be read but at earlier snapshots"
  }
}
