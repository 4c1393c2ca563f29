import Columnar
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

/// What a recorded run was given: its definition and its inputs, to be read again.
struct RunInputs {
  let workspace: Workspace
  let lake: Lake

  /// The view as it was when the run was made.
  func definition(of run: RunRecord) throws(QueryError) -> ViewDefinition {
    do throws(CatalogError) {
      let records = try lake.catalog.views(at: run.inputSnapshot)
      for record in records where record.qualifiedName == run.view {
        do throws(QueryError) {
          let view = try ViewDefinition(record)
          if view.hash == run.definitionHash { return view }
        } catch {
          throw CatalogError.commitContent(table: run.view, error)
        }
      }
    } catch {
      throw QueryError(error)
    }
    throw QueryError(
      .integrity,
      "\(run.view) had another definition at snapshot \(run.inputSnapshot) than run \(run.id) says",
      help: "the catalog or the record was altered; `tarn verify` looks closer")
  }

  /// Every table at the version that the run recorded.
  func resolver(of run: RunRecord) throws(QueryError) -> RecordedResolver {
    do throws(CatalogError) {
      let past = try lake.catalog.snapshot(id: run.inputSnapshot)
      return RecordedResolver(
        base: LakeResolver(workspace, transaction: nil, pinned: past),
        versions: versions(of: run), lake: lake)
    } catch {
      throw QueryError(error)
    }
  }

  /// By table; the later where a view read two versions of one.
  func versions(of run: RunRecord) -> [Int64: Int64] {
    Dictionary(run.inputs.map { ($0.tableID, $0.version) }) { max($0, $1) }
  }

  /// The materialized view whose rows a table holds, if it is one.
  func isView(_ table: String, at snapshot: Int64) throws(QueryError) -> Bool {
    do throws(CatalogError) {
      return try lake.catalog.views(at: snapshot).contains {
        !$0.outputTable.isEmpty && $0.qualifiedName == table
      }
    } catch {
      throw QueryError(error)
    }
  }
}
