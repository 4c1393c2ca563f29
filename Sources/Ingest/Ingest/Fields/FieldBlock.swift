import CKernels

/// Records cut into fields: what the readers of CSV and JSON hand to the parsers of columns.
///
/// Field *f* of record *r* is `fields[r * stride + f]`, a range of `bytes` with the flags of
/// `ck_field`.
struct FieldBlock {
  /// How escapes inside a field are written.
  enum Syntax {
    /// Two quotes stand for one; quoted or not says nothing about the type.
    case csv(quote: UInt8)
    /// Quoted is a JSON string; else the field is a JSON value as written.
    case json
  }

  var syntax: Syntax
  var bytes: [UInt8]
  var fields: [ck_field]
  var records: [ck_record]
  var stride: Int
  /// The line of the block's first byte, 1-based.
  var firstLine: Int

  var recordCount: Int { records.count }

  func line(_ record: Int) -> Int { firstLine + Int(records[record].line) }

  func raw(_ record: Int) -> Range<UInt32> { records[record].start..<records[record].end }

  func rawText(_ record: Int) -> String {
    let range = raw(record)
    return RawRecords.text(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
  }

  func field(_ record: Int, _ column: Int) -> ck_field { fields[record * stride + column] }

  /// The text of a field, escapes resolved; nil when the field is absent.
  func text(_ record: Int, _ column: Int) -> String? {
    let field = field(record, column)
    guard field.start & FieldBlock.absent == 0 else { return nil }
    return String(decoding: unescaped(field), as: UTF8.self)
  }

  func unescaped(_ field: ck_field) -> [UInt8] {
    let range = Int(field.start & FieldBlock.startMask)..<Int(field.end)
    return FieldBlock.unescaped(bytes, range, field.start, syntax)
  }

  /// Makes all fields of a record absent, so that nothing of it gets into a column.
  mutating func blank(_ record: Int) {
    for index in record * stride..<(record + 1) * stride {
      fields[index] = ck_field(start: FieldBlock.absent, end: 0)
    }
  }

  static let quoted: UInt32 = 0x8000_0000
  static let escaped: UInt32 = 0x4000_0000
  static let absent: UInt32 = 0x2000_0000
  static let startMask: UInt32 = 0x1FFF_FFFF
}

extension FieldBlock {
  /// The records that lack a field, as JSON objects may; one that says null does not lack it.
  func recordsWithout(_ column: Int) -> [Int] {
    guard isJSON else { return [] }
    return (0..<recordCount).filter { record in
      let field = field(record, column)
      return field.start & FieldBlock.absent != 0 && field.end == 0
    }
  }
}
