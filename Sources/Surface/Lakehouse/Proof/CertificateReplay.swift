import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Computes a certificate's query again and compares everything that it names.
struct CertificateReplay {
  let session: Session

  /// What is not as the certificate says.
  private enum Cause {
    /// Altered bytes or records.
    case altered(String)
    /// Another method or build, which may answer otherwise.
    case method(String)

    var text: String {
      switch self {
      case .altered(let text), .method(let text): text
      }
    }
    var isAltered: Bool { if case .altered = self { true } else { false } }
  }

  func run(_ path: String, _ progress: (String) -> Void) throws(QueryError) -> Outcome {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try session.workspace.store.read(path) } catch {
      throw QueryError(error)
    }
    let (certificate, isWhole) = try Certificate.read(bytes, name: path)
    var causes: [Cause] = []
    if !isWhole { causes.append(.altered("the certificate itself was altered")) }
    progress("checking the inputs of \(path)")
    let (bound, found) = try bind(certificate)
    causes += found
    causes += try changedFiles(certificate)
    progress("computing \(path) again")
    var result = CertificateResult(bound.schema, wanted: certificate.rows)
    var failure: QueryError?
    do throws(QueryError) {
      try session.planRunner.run(bound.plan) { batch throws(QueryError) in result.add(batch) }
    } catch {
      // Damaged bytes may not even be read; that they are damaged is known by now.
      guard causes.contains(where: \.isAltered) else { throw error }
      failure = error
    }
    let isSame =
      failure == nil && result.hash == certificate.hash && result.rowCount == certificate.rowCount
      && result.hasAllWanted && CertificateResult.columns(bound.schema) == certificate.columns
    let methods = differences(certificate, bound)
    if !isSame, !causes.contains(where: \.isAltered) {
      causes += methods
      if methods.isEmpty {
        causes.append(
          .altered(
            "inputs, methods and engine are the same, and the rows are not: the result was altered")
        )
      }
    }
    return outcome(path, certificate, result, causes, isSame ? methods : [])
  }

  private func bind(
    _ certificate: Certificate
  ) throws(QueryError) -> (BoundQuery, [Cause]) {
    var settings = StatementSettings()
    settings.businessDate = certificate.businessDate.flatMap { CalendarDate($0) }
    for (name, value) in certificate.parameters {
      settings.parameters[name.lowercased()] = .string(value)
    }
    settings.evaluate = try session.statementSettings().evaluate
    let query: Query
    do throws(Diagnostic) { query = try SyntaxParser.query(in: certificate.statement) } catch {
      throw QueryError(
        .source, "the statement of the certificate cannot be read: \(error.message)")
    }
    var causes: [Cause] = []
    var resolver = LakeResolver(session.workspace, transaction: nil)
    do throws(CatalogError) {
      if let id = certificate.snapshot {
        let lake = try session.workspace.lake()
        resolver = LakeResolver(
          session.workspace, transaction: nil, pinned: try lake.catalog.snapshot(id: id))
        let link = try lake.catalog.history().first { $0.snapshot == id }
        if link?.hash.hex != certificate.chain {
          causes.append(.altered("snapshot \(id) has another history than the certificate says"))
        }
      }
    } catch {
      throw QueryError(error)
    }
    let bound = try Binder.bind(query, resolver: resolver, settings: settings)
    let inputs = try CertificateReading(workspace: session.workspace).inputs(of: bound.plan)
    for input in certificate.inputs {
      guard let now = inputs.first(where: { $0.name == input.name && $0.version == input.version })
      else {
        causes.append(
          .altered(
            "the query reads no \(input.name)" + (input.version.map { " version \($0)" } ?? "")
              + " any more"))
        continue
      }
      if now.commit != input.commit {
        causes.append(.altered("the commit of \(input.name) is another than it was"))
      }
      let paths = Set(now.files.map(\.path))
      for file in input.files where !paths.contains(file.path) {
        causes.append(.altered("\(input.name) has no file \(file.path) in that version"))
      }
    }
    return (bound, causes)
  }

  /// Reads every byte of every input file.
  private func changedFiles(_ certificate: Certificate) throws(QueryError) -> [Cause] {
    let reading = CertificateReading(workspace: session.workspace)
    var causes: [Cause] = []
    for input in certificate.inputs {
      for file in input.files {
        let path = try self.path(of: file, input, certificate.snapshot)
        guard ((try? session.workspace.store.status(path)) ?? nil) != nil else {
          causes.append(.altered("the file \(path) is gone"))
          continue
        }
        if try reading.digest(path) != file.sha256 {
          causes.append(.altered("the file \(path) has other bytes"))
        }
      }
    }
    return causes
  }

  private func path(
    of file: Certificate.File, _ input: Certificate.Input, _ snapshot: Int64?
  ) throws(QueryError) -> String {
    guard input.version != nil, let snapshot else { return file.path }
    do throws(CatalogError) {
      let lake = try session.workspace.lake()
      let parts = input.name.split(separator: ".", maxSplits: 1).map(String.init)
      let record = try lake.catalog.table(
        schema: parts.count == 2 ? parts[0] : nil, name: parts.last ?? "", at: snapshot)
      return lake.directory(of: record) + "/" + file.path
    } catch {
      throw QueryError(error)
    }
  }

  private func differences(_ certificate: Certificate, _ bound: BoundQuery) -> [Cause] {
    var causes: [Cause] = []
    let now = CertificateReading.methods(of: bound.plan)
    for method in certificate.methods {
      let found = now.first {
        $0.calculator == method.calculator && $0.parameters == method.parameters
      }
      if found?.version == method.version { continue }
      causes.append(
        .method(
          "the method of \(method.calculator) was version \(method.version) then and is "
            + (found.map { "\($0.version) now" } ?? "another now")))
    }
    if certificate.engine != EngineVersion.name {
      causes.append(
        .method(
          "the certificate was made by \(certificate.engine), this build is \(EngineVersion.name)"))
    }
    return causes
  }

  private func outcome(
    _ path: String, _ certificate: Certificate, _ result: CertificateResult, _ causes: [Cause],
    _ notes: [Cause]
  ) -> Outcome {
    var rows = RowBuilder([
      ("certificate", .string), ("verdict", .string), ("recorded_hash", .string),
      ("replayed_hash", .string), ("recorded_rows", .int64), ("replayed_rows", .int64),
    ])
    rows.append([
      .string(path), .string(causes.isEmpty ? "identical" : "differs"),
      .string(certificate.hash), .string(result.hash), .int64(certificate.rowCount),
      .int64(result.rowCount),
    ])
    var lines = (causes + notes).map(\.text)
    if causes.isEmpty {
      lines.append(
        "the query gives the same bits again: \(result.rowCount) "
          + "row\(result.rowCount == 1 ? "" : "s")")
    }
    let verdict: LakeError.Reason? =
      causes.isEmpty ? nil : causes.contains(where: \.isAltered) ? .integrity : .breached
    return Outcome(lines: lines, table: rows.batch, verdict: verdict)
  }
}
