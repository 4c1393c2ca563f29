import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Runs a query and writes down what it answered from what: `PROVE`.
struct Prover {
  let runner: StatementRunner

  /// - Returns: What was written, as a sentence.
  func prove(_ prove: Prove, _ summary: inout ResultSummary) throws(QueryError) -> String {
    let store = runner.workspace.store
    let path = prove.file.text
    guard ((try? store.status(path)) ?? nil) == nil else {
      throw QueryError(
        .source, "there is a file '\(path)' already",
        help: "a certificate is never written over; name another file", at: prove.file.range)
    }
    var settings = try runner.settings
    let snapshot = try pinned(&settings)
    let resolver = LakeResolver(runner.workspace, transaction: nil, pinned: snapshot)
    let bound = try Binder.bind(prove.query, resolver: resolver, settings: settings)
    let reading = CertificateReading(workspace: runner.workspace)
    let inputs = try reading.inputs(of: bound.plan)
    var result = CertificateResult(bound.schema)
    try runner.planRunner.run(bound.plan) { batch throws(QueryError) in result.add(batch) }
    let readsLake = inputs.contains { $0.version != nil }
    let certificate = Certificate(
      statement: SyntaxPrinter.text(of: prove.query),
      businessDate: settings.businessDate?.description,
      parameters: runner.session.options.parameters,
      snapshot: readsLake ? snapshot?.id : nil,
      chain: readsLake ? try chain(snapshot) : nil, engine: EngineVersion.name,
      methods: CertificateReading.methods(of: bound.plan), inputs: inputs,
      columns: CertificateResult.columns(bound.schema), rowCount: result.rowCount,
      hash: result.hash, rows: result.rows, actor: runner.session.actor,
      time: runner.workspace.clock())
    do throws(FileError) { try store.replace(certificate.bytes, at: path) } catch {
      throw QueryError(error, at: prove.file.range)
    }
    summary.businessDate = bound.businessDate
    let files = inputs.reduce(0) { $0 + $1.files.count }
    return "proved \(result.rowCount) row\(result.rowCount == 1 ? "" : "s") from "
      + "\(inputs.count) input\(inputs.count == 1 ? "" : "s") with \(files) "
      + "file\(files == 1 ? "" : "s") in '\(path)'; `tarn replay \(path)` computes them again"
  }

  /// The snapshot that stands for the session's point of knowledge; nil without a lake.
  private func pinned(_ settings: inout StatementSettings) throws(QueryError) -> LakeSnapshot? {
    guard let lake = try? runner.workspace.lake() else { return nil }
    do throws(CatalogError) {
      let snapshot = try runner.resolver().snapshot(of: settings.knowledge, in: lake)
      settings.knowledge = nil
      return snapshot
    } catch {
      throw QueryError(error)
    }
  }

  private func chain(_ snapshot: LakeSnapshot?) throws(QueryError) -> String? {
    guard let snapshot else { return nil }
    do throws(CatalogError) {
      return try runner.workspace.lake().catalog.history().first { $0.snapshot == snapshot.id }?
        .hash.hex
    } catch {
      throw QueryError(error)
    }
  }
}
