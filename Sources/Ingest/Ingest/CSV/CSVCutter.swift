import CKernels

/// How a delimited text is written.
struct CSVDialect: Sendable, Hashable {
  var delimiter: UInt8
  /// Nil: no quoting.
  var quote: UInt8?
}

/// Cuts a delimited text into records and fields.
struct CSVCutter {
  /// A scan's records; a block of more fields than this is cut by records.
  private static let fieldsMax = 1 << 18
  private static let recordsMax = 1 << 14

  let dialect: CSVDialect
  private let input: ByteInput
  private let recordBytesMax: Int
  private(set) var window: TextWindow
  /// The line of the next byte, 1-based.
  private(set) var line = 1

  init(
    _ input: ByteInput, window: TextWindow, dialect: CSVDialect, recordBytesMax: Int
  ) {
    self.input = input
    self.window = window
    self.dialect = dialect
    self.recordBytesMax = min(recordBytesMax, TextWindow.recordBytesMax)
  }

  /// What the next scan found.
  struct Scan {
    var block: FieldBlock
    /// Whether a byte is NUL or not ASCII, so that the records have to be looked at.
    var hasNonText: Bool
  }

  /// The next records with `stride` fields kept of each; nil at the end of the text.
  ///
  /// - Parameter limit: At most so many records.
  mutating func next(stride: Int, limit: Int = .max) throws(IngestError) -> Scan? {
    while true {
      if !window.isEmpty {
        let scan = CSVCutter.scan(
          window.bytes, window.start..<window.end, isLast: window.isLast, dialect,
          stride: stride, limit: limit)
        let firstLine = line
        window.consume(to: Int(scan.result.consumed))
        line += Int(scan.result.lines)
        if scan.result.record_count > 0 {
          return Scan(
            block: FieldBlock(
              syntax: .csv(quote: dialect.quote ?? 0), bytes: window.bytes,
              fields: scan.fields, records: scan.records, stride: stride,
              firstLine: firstLine),
            hasNonText: scan.result.has_non_text)
        }
      }
      if window.isLast {
        // Blank lines at the end are used up without a record.
        return nil
      }
      if window.end - window.start > recordBytesMax { return try giveUp(stride) }
      try window.refill(from: input)
    }
  }

  /// A record longer than allowed: its first line is rejected, as after an unclosed quote.
  private mutating func giveUp(_ stride: Int) throws(IngestError) -> Scan {
    let bytes = window.bytes
    let stop = bytes[window.start..<window.end].firstIndex { $0 == 10 || $0 == 13 }
    guard let stop else {
      throw IngestError(
        .damaged, file: input.name, line: line,
        expected: "records of at most \(recordBytesMax) bytes",
        found: "a line that is longer",
        help: "check that this is delimited text, or raise the limit of bytes a record")
    }
    let record = ck_record(
      start: UInt32(window.start), end: UInt32(stop), field_count: .max, line: 0)
    let block = FieldBlock(
      syntax: .csv(quote: dialect.quote ?? 0), bytes: bytes,
      fields: [ck_field](
        repeating: ck_field(start: FieldBlock.absent, end: 0), count: stride),
      records: [record], stride: stride, firstLine: line)
    let isPair = bytes[stop] == 13 && stop + 1 < window.end && bytes[stop + 1] == 10
    window.consume(to: stop + (isPair ? 2 : 1))
    line += 1
    return Scan(block: block, hasNonText: true)
  }

  /// One call of the kernel over a range of bytes with padding behind it.
  static func scan(
    _ bytes: [UInt8], _ range: Range<Int>, isLast: Bool, _ dialect: CSVDialect, stride: Int,
    limit: Int = .max
  ) -> (result: ck_csv_scan, fields: [ck_field], records: [ck_record]) {
    let capacity = min(max(1, fieldsMax / max(stride, 1)), recordsMax, limit)
    precondition(range.upperBound + TextWindow.padding <= bytes.count)
    precondition(range.upperBound <= Int(FieldBlock.startMask))
    var scan = ck_csv_scan(
      delimiter: dialect.delimiter, quote: dialect.quote ?? 0, has_quote: dialect.quote != nil,
      is_last: isLast, stride: UInt32(stride), record_capacity: UInt32(capacity),
      record_count: 0, consumed: 0, lines: 0, has_non_text: false)
    var records: [ck_record] = []
    // Safe: the kernel writes at most `capacity` records and stride fields for each, and reads at
    // most the padding beyond the range.
    let fields = unsafe [ck_field](unsafeUninitializedCapacity: capacity * stride) {
      fields, filled in
      unsafe records = [ck_record](unsafeUninitializedCapacity: capacity) { output, count in
        unsafe bytes.withUnsafeBufferPointer { bytes in
          unsafe ck_csv_scan_records(
            bytes.baseAddress.unsafelyUnwrapped, UInt32(range.lowerBound),
            UInt32(range.upperBound), &scan, fields.baseAddress.unsafelyUnwrapped,
            output.baseAddress.unsafelyUnwrapped)
        }
        count = Int(scan.record_count)
      }
      filled = Int(scan.record_count) * stride
    }
    return (scan, fields, records)
  }

  /// Why the bytes of a record are not text; nil when they are.
  static func textFault(_ block: FieldBlock, _ record: Int) -> String? {
    let range = block.raw(record)
    let fault = unsafe block.bytes.withUnsafeBufferPointer { bytes in
      // Safe: the kernels keep every record inside the bytes.
      unsafe ck_text_fault(
        bytes.baseAddress.unsafelyUnwrapped + Int(range.lowerBound), range.count)
    }
    switch fault {
    case 0: return nil
    case 1: return "expected text, found a NUL byte"
    default: return "expected UTF-8 text, found bytes that are not UTF-8"
    }
  }
}
