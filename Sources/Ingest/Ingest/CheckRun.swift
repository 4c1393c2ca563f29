import Columnar

/// Runs one check on one batch.
enum CheckRun {
  struct Violation {
    var row: Int
    /// What evaluating the check on this row threw, if it did.
    var failure: String?

    func reason(_ check: String) -> String {
      failure.map { "\(check) could not be evaluated: \($0)" } ?? "\(check) does not hold"
    }
  }

  /// The rows that break a check, ascending.
  ///
  /// A check that throws is asked again about each half of the rows, down to the rows that make it
  /// throw: those break it.
  static func violations(
    of check: RowCheck, in batch: Batch, file: String
  ) throws(IngestError) -> [Violation] {
    var found: [Violation] = []
    // The ranges still to be looked at, the next one last.
    var ranges = [0..<batch.rowCount]
    while let range = ranges.popLast() {
      let column: Column
      do {
        column = try check.evaluate(batch.slice(range))
      } catch {
        if range.count == 1 {
          found.append(Violation(row: range.lowerBound, failure: "\(error)"))
        } else {
          let middle = range.lowerBound + range.count / 2
          ranges.append(middle..<range.upperBound)
          ranges.append(range.lowerBound..<middle)
        }
        continue
      }
      guard let bits = column.storage.boolean, bits.count == range.count else {
        throw IngestError(
          .check(check.name), file: file, expected: "\(check.name) to give one boolean a row",
          found: "\(column.count) values of type \(column.type.sqlName)",
          help: "correct the check in the contract")
      }
      let broken = column.validity.map { ~bits & $0 } ?? ~bits
      for row in broken.setIndices() {
        found.append(Violation(row: range.lowerBound + Int(row), failure: nil))
      }
    }
    return found
  }
}
