import CKernels

/// Finds out from its first bytes how a delimited text is written.
enum CSVDetection {
  /// In order of preference when they cut equally well.
  static let delimiters: [UInt8] = [
    UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|"),
  ]
  private static let sampleRecords = 200
  private static let sampleFields = 1024

  /// The delimiter that cuts most of the first records into the same number of fields, above one;
  /// a comma when none cuts at all.
  static func delimiter(_ window: TextWindow, quote: UInt8?) -> UInt8 {
    var best = delimiters[0]
    var bestScore = 0.0
    for delimiter in delimiters {
      let score = score(window, CSVDialect(delimiter: delimiter, quote: quote))
      if score > bestScore {
        best = delimiter
        bestScore = score
      }
    }
    return best
  }

  /// The part of records with the commonest number of fields, then that number; 0 for one field.
  private static func score(_ window: TextWindow, _ dialect: CSVDialect) -> Double {
    let counts = records(window, dialect).map { Int($0.field_count) }
    var frequency: [Int: Int] = [:]
    for count in counts { frequency[count, default: 0] += 1 }
    // The larger count wins a tie, so that the result does not depend on the hash seed.
    let common = frequency.max { ($0.value, $0.key) < ($1.value, $1.key) }
    guard let common, common.key > 1, common.key < sampleFields else { return 0 }
    // The header alone must not outweigh evenness, so the number of fields only breaks ties.
    return Double(common.value) / Double(counts.count) + Double(common.key) * 1e-6
  }

  private static func records(_ window: TextWindow, _ dialect: CSVDialect) -> [ck_record] {
    let range = window.start..<window.end
    let found = CSVCutter.scan(
      window.bytes, range, isLast: window.isLast, dialect, stride: 1, limit: sampleRecords)
    if !found.records.isEmpty { return found.records }
    // A window without a whole record is looked at as if it ended here.
    return CSVCutter.scan(
      window.bytes, range, isLast: true, dialect, stride: 1, limit: sampleRecords
    ).records
  }
}

extension TextWindow {
  /// Refuses bytes that are no text at all.
  ///
  /// One broken record is a rejected record; junk is a file with NUL or other control bytes all
  /// over.
  func requireText(_ input: ByteInput) throws(IngestError) {
    let sample = bytes[start..<min(end, start + 4096)]
    let control = sample.count { $0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13 }
    guard control < 8 || control * 20 <= sample.count else {
      throw IngestError(
        .damaged, file: input.name, line: 1, expected: "CSV, JSON or Parquet",
        found: "bytes that are no text (\(control) control characters in the first "
          + "\(sample.count) bytes)",
        help: "check which program wrote the file")
    }
  }
}
