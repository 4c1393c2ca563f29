package import Columnar

/// A file read as typed batches, in the order of the file and in bounded memory.
///
/// Belongs to one worker. After an error the source must not be asked again.
package protocol RecordSource: AnyObject {
  /// Of the typed rows.
  var schema: Schema { get }
  /// What is odd about the file as a whole, for example columns that are ignored.
  var warnings: [String] { get }
  /// Bytes taken from the disk so far.
  var bytesRead: Int { get }
  /// The next records; nil at the end. Rows may be empty when all records were rejected.
  func next() throws(IngestError) -> RecordBatch?
}

/// Some records of a file, in order.
package struct RecordBatch: Sendable {
  /// The records that have the types of the columns and break no NOT NULL.
  package var rows: Batch
  /// For each of `rows`: the line on which its record starts, 1-based.
  package var lines: [Int64]
  /// For each of `rows`: the record as received.
  package var raw: RawRecords
  /// The records that are not among `rows`.
  package var rejected: [RejectedRecord]
  /// `rows` and `rejected`.
  package var recordCount: Int
  /// The fields as text as received, of every record that could be split into fields, with its line:
  /// only when the source was asked for it.
  package var received: ReceivedText?
}

/// Fields as text, as they came; an empty unquoted field is NULL.
package struct ReceivedText: Sendable {
  /// String columns under the names that were asked for.
  package var rows: Batch
  package var lines: [Int64]
}

/// The bytes of some records.
package struct RawRecords: Sendable {
  let bytes: [UInt8]
  private(set) var ranges: [Range<UInt32>]

  init(bytes: [UInt8], ranges: [Range<UInt32>]) {
    self.bytes = bytes
    self.ranges = ranges
  }

  /// The record as text; see `RejectedRecord.rawText`.
  package func text(_ row: Int) -> String {
    guard row < ranges.count else { return "" }
    let range = ranges[row]
    return RawRecords.text(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
  }

  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.count > RejectedRecord.rawTextMax else {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: bytes.prefix(RejectedRecord.rawTextMax), as: UTF8.self) + "…"
  }

  mutating func take(_ rows: [Int32]) { ranges = rows.map { ranges[Int($0)] } }
}
