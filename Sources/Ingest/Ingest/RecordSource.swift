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
  /// The fields as text as received, of every record that could be split into fields, with its
  /// line: only when the source was asked for it.
  package var received: ReceivedText?
}

/// Fields as text, as they came; an empty unquoted field is NULL.
package struct ReceivedText: Sendable {
  /// String columns under the names that were asked for.
  package var rows: Batch
  package var lines: [Int64]
}

extension ReceivedText {
  /// The rows as a bronze table has them: the text columns, then `source_file` and `source_line`.
  package func withSource(_ file: String) -> Batch {
    let count = rows.rowCount
    let name = StringColumn(
      values: StringValues([file] as [String]), codes: [Int32](repeating: 0, count: count))
    let fields =
      rows.schema.fields + [
        Field("source_file", .string, isNullable: false),
        Field("source_line", .int64, isNullable: false),
      ]
    return Batch(
      schema: Schema(fields),
      columns: rows.columns + [
        Column(.string, .string(name)), Column(.int64, .int64(lines)),
      ],
      rowCount: count)
  }
}
