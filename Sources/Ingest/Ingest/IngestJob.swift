import Columnar
package import FileStorage

/// Takes one file in under a contract: types, NOT NULL, then the checks.
package struct IngestJob: Sendable {
  package let contract: Contract
  package let options: ReadOptions

  package init(_ contract: Contract, options: ReadOptions = ReadOptions()) {
    self.contract = contract
    self.options = options
  }

  /// Reads a file and hands out its records batch by batch, in the order of the file.
  ///
  /// Memory is bounded by the batch. A fault of the file as a whole may come after many batches,
  /// so the caller keeps nothing of the file when this throws.
  ///
  /// - Parameter name: As rejected records and errors are to name the file; the path when nil.
  /// - Throws: `IngestError`, or what `receive` throws.
  package func run(
    _ path: String, in store: any FileStore, as name: String? = nil,
    receive: (AcceptedBatch) throws -> Void
  ) throws -> IngestSummary {
    let name = name ?? path
    let source = try RecordReader.open(
      path, in: store, as: name, contract: contract, options: options)
    return try run(source, as: name, receive: receive)
  }

  /// The same for records of any source under the contract's schema.
  package func run(
    _ source: any RecordSource, as name: String, receive: (AcceptedBatch) throws -> Void
  ) throws -> IngestSummary {
    var summary = IngestSummary()
    var warnings = contract.checks.map {
      CheckWarning(check: $0.name, rowCount: 0, sampleLines: [])
    }
    while let batch = try source.next() {
      let accepted = try checked(batch, name, &warnings, &summary)
      summary.recordsRead += batch.recordCount
      summary.rowsAccepted += accepted.rows.rowCount
      summary.recordsRejected += accepted.rejected.count
      try receive(accepted)
    }
    summary.warnings = warnings.filter { $0.rowCount > 0 }
    summary.notes = source.warnings
    summary.bytesRead = source.bytesRead
    return summary
  }

  /// Reads a whole file into memory: for small files and tests.
  package func result(
    _ path: String, in store: any FileStore, as name: String? = nil
  ) throws -> IngestResult {
    var result = IngestResult(
      batches: [], lines: [], received: [], rejected: [], summary: IngestSummary())
    result.summary = try run(path, in: store, as: name) { batch in
      if batch.rows.rowCount > 0 {
        result.batches.append(batch.rows)
        result.lines.append(batch.lines)
      }
      if let received = batch.received { result.received.append(received) }
      result.rejected.append(contentsOf: batch.rejected)
    }
    return result
  }

  private func checked(
    _ batch: RecordBatch, _ name: String, _ warnings: inout [CheckWarning],
    _ summary: inout IngestSummary
  ) throws(IngestError) -> AcceptedBatch {
    let count = batch.rows.rowCount
    var kept = Bitmap(repeating: true, count: count)
    var warned = Bitmap(repeating: false, count: count)
    var rejected = batch.rejected
    var violations: [[CheckRun.Violation]] = []
    if count > 0 {
      for check in contract.checks {
        violations.append(try CheckRun.violations(of: check, in: batch.rows, file: name))
      }
    }
    for (check, found) in zip(contract.checks, violations) where check.action != .warn {
      for violation in found where kept[violation.row] {
        let line = Int(batch.lines[violation.row])
        if check.action == .fail {
          throw IngestError(
            .check(check.name), file: name, line: line, expected: "rows that pass \(check.name)",
            found: violation.reason(check.name) + ": " + batch.raw.text(violation.row),
            help: "correct the file; with ON VIOLATION QUARANTINE the rest would be loaded")
        }
        kept[violation.row] = false
        rejected.append(
          RejectedRecord(
            file: name, line: line, column: nil, rule: check.name,
            reason: violation.reason(check.name), rawText: batch.raw.text(violation.row)))
      }
    }
    // A rejected row is not warned about as well.
    for (index, check) in contract.checks.enumerated() where check.action == .warn && count > 0 {
      for violation in violations[index] where kept[violation.row] {
        warned[violation.row] = true
        warnings[index].rowCount += 1
        if warnings[index].sampleLines.count < CheckWarning.samplesMax {
          warnings[index].sampleLines.append(batch.lines[violation.row])
        }
      }
    }
    summary.rowsWarned += warned.setCount
    if rejected.count > batch.rejected.count { rejected.sort { $0.line < $1.line } }
    if kept.isAllSet {
      return AcceptedBatch(
        rows: batch.rows, lines: batch.lines, received: batch.received, rejected: rejected)
    }
    let indices = kept.setIndices()
    return AcceptedBatch(
      rows: batch.rows.take(indices), lines: indices.map { batch.lines[Int($0)] },
      received: batch.received, rejected: rejected)
  }
}
