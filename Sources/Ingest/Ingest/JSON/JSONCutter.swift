import CKernels
import JSONText

/// Cuts a text of JSON objects into records and their members.
///
/// The objects stand one a line, or one after the other over several lines, or in one array.
struct JSONCutter {
  private enum Form {
    /// A line, a record.
    case lines
    /// One after the other, with white space or commas between them.
    case values
    /// Behind the bracket that closes the array.
    case finished
  }

  /// Records a block; bounds the memory of blocks of very short records.
  private static let recordsMax = 1 << 14

  private(set) var keys: JSONKeys
  /// Whether members that are not known yet get a field of their own.
  private let collectsKeys: Bool
  private let input: ByteInput
  private let recordBytesMax: Int
  private var window: TextWindow
  private var line = 1
  private var form: Form = .lines
  private var isArray = false

  init(
    _ input: ByteInput, window: TextWindow, keys: JSONKeys, collectsKeys: Bool,
    recordBytesMax: Int
  ) throws(IngestError) {
    self.input = input
    self.window = window
    self.keys = keys
    self.collectsKeys = collectsKeys
    self.recordBytesMax = min(recordBytesMax, TextWindow.recordBytesMax)
    try findForm()
  }

  private mutating func findForm() throws(IngestError) {
    try window.fill(64 << 10, from: input)
    try window.requireText(input)
    var index = window.start
    while index < window.end, JSONExtents.isBlank(window.bytes[index]) {
      if window.bytes[index] == 10 { line += 1 }
      index += 1
    }
    window.consume(to: index)
    guard index < window.end else { return }
    if window.bytes[index] == UInt8(ascii: "[") {
      isArray = true
      form = .values
      window.consume(to: index + 1)
      return
    }
    // An object whose brace stands alone on its line goes on over the next ones.
    let rest = window.bytes[(index + 1)..<window.end].prefix { $0 != 10 }
    if rest.allSatisfy(JSONExtents.isBlank), rest.endIndex < window.end { form = .values }
  }

  /// The next records, with one field a key; nil at the end.
  mutating func next() throws(IngestError) -> (FieldBlock, RowFaults)? {
    var block = FieldBlock(
      syntax: .json, bytes: [], fields: [], records: [], stride: keys.names.count,
      firstLine: line)
    var faults = RowFaults()
    while true {
      cut(&block, &faults)
      if block.recordCount > 0 {
        block.bytes = window.bytes
        return (block, faults)
      }
      // Nothing was found: new names may have widened the records, else more bytes are needed.
      if block.stride < keys.names.count {
        block.stride = keys.names.count
        continue
      }
      block.firstLine = line
      if form == .finished {
        try drain()
        return nil
      }
      if window.isLast, window.isEmpty {
        guard isArray else { return nil }
        form = .finished
        rejectMissingEnd(&block, &faults)
        return (block, faults)
      }
      if window.isLast || window.end - window.start > recordBytesMax {
        try giveUp(&block, &faults)
        block.bytes = window.bytes
        return (block, faults)
      }
      try window.refill(from: input)
    }
  }

  /// Reads to the end, so that a damaged compression is noticed.
  private mutating func drain() throws(IngestError) {
    while !window.isLast {
      window.consume(to: window.end)
      try window.refill(from: input)
    }
  }

  /// The array is not closed: records may be missing, and somebody has to know.
  private func rejectMissingEnd(_ block: inout FieldBlock, _ faults: inout RowFaults) {
    faults.add(
      0, rule: RejectedRecord.Rule.json,
      reason: "expected ']' at the end of the array, found the end of the file")
    block.bytes = window.bytes
    block.fields = [ck_field](
      repeating: ck_field(start: FieldBlock.absent, end: 0), count: block.stride)
    block.records = [
      ck_record(start: UInt32(window.end), end: UInt32(window.end), field_count: 0, line: 0)
    ]
  }

  /// Cuts as many whole records as the window holds.
  private mutating func cut(_ block: inout FieldBlock, _ faults: inout RowFaults) {
    let firstLine = block.firstLine
    while block.recordCount < JSONCutter.recordsMax {
      guard let found = nextExtent() else { return }
      let start = window.start
      if found.range.isEmpty {
        window.consume(to: found.next)
        line += found.lines
        continue
      }
      let known = keys.names.count
      let fields = members(found.range, stride: block.stride, record: block.recordCount, &faults)
      if keys.names.count > known {
        // The record is cut again, in a block that is wide enough for it.
        window.consume(to: start)
        return
      }
      block.fields.append(contentsOf: fields)
      block.records.append(
        ck_record(
          start: UInt32(found.range.lowerBound), end: UInt32(found.range.upperBound),
          field_count: 0, line: UInt32(line - firstLine + found.linesBefore)))
      window.consume(to: found.next)
      line += found.lines
    }
  }

  private mutating func nextExtent() -> JSONExtents.Found? {
    switch form {
    case .lines:
      return JSONExtents.line(
        window.bytes.span, window.start, window.end, isLast: window.isLast)
    case .values:
      let found = JSONExtents.value(
        window.bytes.span, window.start, window.end, isLast: window.isLast, isArray: isArray)
      if found?.isEnd == true { form = .finished }
      return found
    case .finished: return nil
    }
  }

  /// The fields of one object; when it is none, all are absent and the record is at fault.
  private mutating func members(
    _ range: Range<Int>, stride: Int, record: Int, _ faults: inout RowFaults
  ) -> [ck_field] {
    var fields = [ck_field](
      repeating: ck_field(start: FieldBlock.absent, end: 0), count: stride)
    // A copy of its own keeps the cost of a broken record to the record.
    let bytes = Array(window.bytes[range])
    do throws(JSONError) {
      var cursor = JSONCursor(bytes)
      try cursor.beginObject()
      while let key = try cursor.nextKey() {
        let kind = try cursor.peek()
        let value = try cursor.skipValue()
        guard let position = position(of: key) else { continue }
        // A new name: the record will be cut again.
        if position >= stride { continue }
        fields[position] = JSONCutter.field(bytes, value, kind, shift: range.lowerBound)
      }
      try cursor.finish()
    } catch {
      faults.add(
        record, rule: RejectedRecord.Rule.json,
        reason: "expected a JSON object, found at byte \(error.byteOffset) of it: "
          + JSONCutter.sentence(error))
      return [ck_field](repeating: ck_field(start: FieldBlock.absent, end: 0), count: stride)
    }
    return fields
  }

  private mutating func position(of key: String) -> Int? {
    if let position = keys.position(key) { return position }
    guard collectsKeys else { return nil }
    keys.add(key)
    return keys.position(key)
  }

  private static func field(
    _ bytes: [UInt8], _ value: Range<Int>, _ kind: JSONKind, shift: Int
  ) -> ck_field {
    switch kind {
    case .null: return ck_field(start: FieldBlock.absent, end: 1)
    case .string:
      let text = value.lowerBound + 1..<value.upperBound - 1
      let hasEscapes = bytes[text].contains(UInt8(ascii: "\\"))
      return ck_field(
        start: UInt32(text.lowerBound + shift) | FieldBlock.quoted
          | (hasEscapes ? FieldBlock.escaped : 0),
        end: UInt32(text.upperBound + shift))
    default:
      return ck_field(
        start: UInt32(value.lowerBound + shift), end: UInt32(value.upperBound + shift))
    }
  }

  /// The error's text without its place, which counts from the start of the record.
  private static func sentence(_ error: JSONError) -> String {
    let text = "\(error)"
    guard let colon = text.firstIndex(of: ":") else { return text }
    return String(text[text.index(colon, offsetBy: 2)...])
  }

  /// A value that never ends: its first line is rejected, and the next line is tried.
  private mutating func giveUp(
    _ block: inout FieldBlock, _ faults: inout RowFaults
  ) throws(IngestError) {
    let bytes = window.bytes
    let stop = bytes[window.start..<window.end].firstIndex(of: 10) ?? window.end
    guard stop < window.end || window.isLast else {
      throw IngestError(
        .damaged, file: input.name, line: line,
        expected: "records of at most \(recordBytesMax) bytes", found: "a line that is longer",
        help: "check that this is JSON, or raise the limit of bytes a record")
    }
    faults.add(
      0, rule: RejectedRecord.Rule.json, reason: "expected a whole JSON object, found its start")
    block.fields = [ck_field](
      repeating: ck_field(start: FieldBlock.absent, end: 0), count: block.stride)
    block.records = [
      ck_record(
        start: UInt32(window.start), end: UInt32(stop), field_count: 0,
        line: UInt32(line - block.firstLine))
    ]
    if stop < window.end { line += 1 }
    window.consume(to: min(stop + 1, window.end))
  }
}
