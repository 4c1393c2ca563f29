import Columnar
import LakeCatalog
import QueryEngine

/// What another engine's commit did to rows, as far as only the rows themselves can tell.
struct ForeignRows {
  let state: TableState
  let lake: Lake
  private let workspace: Workspace
  var runner: PlanRunner { workspace.runner(threads: nil, memoryLimit: nil) }

  /// Rows up to which two sides of a rewrite are compared row by row.
  static let rowsMax: Int64 = 8 << 20

  init(_ state: TableState, in lake: Lake) {
    self.state = state
    self.lake = lake
    workspace = Workspace(lakePath: lake.root, store: lake.store, clock: lake.clock)
    workspace.adopt(lake)
  }

  /// The rows that really came and went when files were rewritten: those that only moved to another
  /// file count for nothing.
  ///
  /// - Returns: nil when that cannot be told: a file is gone or has other types, or there are too
  ///   many rows.
  func difference(
    added: [FileRow], removed: [FileRow]
  ) -> (added: DateTally, removed: DateTally)? {
    let rows = (added + removed).reduce(0) { $0 &+ $1.rows }
    guard rows <= ForeignRows.rowsMax else { return nil }
    let runner = runner
    func tally(_ left: [FileRow], without right: [FileRow]) throws(QueryError) -> DateTally {
      var tally = DateTally()
      let plan = LogicalPlan.setOperation(
        SetOperationNode(
          kind: .exceptAll, left: state.scan(of: left, in: lake),
          right: state.scan(of: right, in: lake)))
      try runner.run(plan) { batch throws(QueryError) in
        tally.add(batch, dateColumn: state.businessDateColumn)
      }
      return tally
    }
    do throws(QueryError) {
      return (try tally(added, without: removed), try tally(removed, without: added))
    } catch {
      return nil
    }
  }

  /// How the rows of new files do against the table's constraints and expectations. The other engine
  /// knew nothing of them, so the rows are there; what is broken is recorded.
  func checks(of added: [FileRow]) throws(QueryError) -> [CheckResult] {
    guard !added.isEmpty, Declaration.parsed(state.definition)?.hasChecks == true else { return [] }
    let head: LakeSnapshot
    do throws(CatalogError) { head = try lake.catalog.head() } catch { throw QueryError(error) }
    let contract = try TableContract(
      state.definition, schema: state.shape.schema,
      resolver: LakeResolver(workspace, transaction: nil, pinned: head))
    let runner = runner
    var results: [CheckResult] = []
    let rows = added.reduce(0) { $0 &+ $1.rows }
    for check in contract.checks {
      var broken: Int64 = 0
      let plan = LogicalPlan.filter(state.scan(of: added, in: lake), .not(check.condition))
      try runner.run(plan) { batch throws(QueryError) in broken += Int64(batch.rowCount) }
      guard broken > 0 else { continue }
      results.append(
        CheckResult(
          subject: state.name, name: check.name, status: check.action == .warn ? "warn" : "fail",
          rowsChecked: rows, rowsFailed: broken, detail: "CHECK (\(check.text))"))
    }
    return results
  }
}
