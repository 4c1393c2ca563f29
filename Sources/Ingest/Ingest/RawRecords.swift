import Columnar

/// Some records as they were received, kept until somebody asks for one as text.
package struct RawRecords: Sendable {
  private enum Form: Sendable {
    case text([UInt8], [Range<UInt32>])
    /// Of a file that is not text.
    case rows(Batch)
  }

  private var form: Form

  init(bytes: [UInt8], ranges: [Range<UInt32>]) { form = .text(bytes, ranges) }

  init(rows: Batch) { form = .rows(rows) }

  /// The record as text; see `RejectedRecord.rawText`. Values of a Parquet row stand between
  /// commas.
  package func text(_ row: Int) -> String {
    switch form {
    case .text(let bytes, let ranges):
      guard row < ranges.count else { return "" }
      return RawRecords.text(bytes[Int(ranges[row].lowerBound)..<Int(ranges[row].upperBound)])
    case .rows(let batch):
      let text = batch.row(row).map { $0.plainText ?? "" }.joined(separator: ",")
      return RawRecords.text(Array(text.utf8)[...])
    }
  }

  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.count > RejectedRecord.rawTextMax else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes.prefix(RejectedRecord.rawTextMax), as: UTF8.self) + "…"
  }

  /// The records at `rows`, in that order.
  func take(_ rows: [Int32]) -> RawRecords {
    switch form {
    case .text(let bytes, let ranges):
      RawRecords(bytes: bytes, ranges: rows.map { ranges[Int($0)] })
    case .rows(let batch): RawRecords(rows: batch.take(rows))
    }
  }
}
