import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// HISTORY OF, WHY, EXPLAIN MOVE and PROVE.

extension StatementRunner {
  func historyOf(_ history: HistoryOf) throws(LakeError) -> Batch {
    do throws(QueryError) {
      try refuseInTransaction("HISTORY OF")
      return try NumberHistory(runner: self, history: history, lake: try proofLake()).table()
    } catch {
      throw failure(error)
    }
  }

  /// - Returns: Whether the sink drew the tree itself.
  func why(
    _ why: Why, _ sink: any ResultSink, _ summary: inout ResultSummary
  ) throws(LakeError) -> Bool {
    let tree: Batch
    do throws(QueryError) {
      try refuseInTransaction("WHY")
      var explainer = WhyExplainer(self, lake: try proofLake(), limit: why.limit)
      tree = try explainer.explain(why.query)
    } catch {
      throw failure(error)
    }
    summary.rowCount = tree.rowCount
    if try sink.outline(tree) { return true }
    try table(tree, sink, &summary)
    return false
  }

  func explainMove(_ move: ExplainMove) throws(LakeError) -> Batch {
    do throws(QueryError) {
      try refuseInTransaction("EXPLAIN MOVE")
      var explainer = try MoveExplainer(move, self, lake: try proofLake())
      return try explainer.table()
    } catch {
      throw failure(error)
    }
  }

  func prove(_ prove: Prove, _ summary: inout ResultSummary) throws(LakeError) -> String {
    do throws(QueryError) {
      try refuseInTransaction("PROVE")
      return try Prover(runner: self).prove(prove, &summary)
    } catch {
      throw failure(error)
    }
  }

  func proofLake() throws(QueryError) -> Lake {
    do throws(CatalogError) { return try workspace.lake() } catch { throw QueryError(error) }
  }
}
