import CKernels
import Columnar

/// What one column of a block of fields becomes.
struct ColumnPlan {
  var field: Field
  /// Position of the field in a record; nil when the file does not have the column.
  var position: Int?
  var nullText: [UInt8] = []
  var dateFormat: DateFormat?
  /// A text column takes JSON of every kind, as written: for columns whose type was inferred.
  var takesAnyJSON = false
}

extension FieldBlock {
  /// The values of one column; what does not fit is null and a fault.
  ///
  /// - Parameter number: The column's position in the schema, for the faults.
  func column(_ plan: ColumnPlan, number: Int, into faults: inout RowFaults) -> Column {
    guard let position = plan.position else { return .nulls(plan.field.type, count: recordCount) }
    let reader = FieldReader(plan: plan, position: position, number: number)
    let type = plan.field.type
    switch type {
    case .int32:
      return values(reader, .bare, blank: 0, &faults, ColumnStorage.int32) {
        (bytes, low, high, fault) in
        let value = NumberText.int64(bytes, low, high, &fault)
        if value != Int64(Int32(truncatingIfNeeded: value)) { fault = .outOfRange }
        return Int32(truncatingIfNeeded: value)
      }
    case .int64:
      return values(reader, .bare, blank: 0, &faults, ColumnStorage.int64) {
        NumberText.int64($0, $1, $2, &$3)
      }
    case .double:
      return values(reader, .bare, blank: 0, &faults, ColumnStorage.double) {
        DoubleText.double($0, $1, $2, &$3)
      }
    case .float:
      return values(reader, .bare, blank: 0, &faults, ColumnStorage.float) {
        DoubleText.float($0, $1, $2, &$3)
      }
    case .decimal(let precision, let scale):
      return decimals(reader, precision: precision, scale: scale, &faults)
    case .date: return dates(reader, &faults)
    case .timestamp, .timestampNTZ:
      return values(reader, .quoted, blank: 0, &faults, ColumnStorage.int64) {
        DateText.microseconds($0, $1, $2, &$3)
      }
    case .boolean: return booleans(reader, &faults)
    case .string, .binary: return strings(reader, &faults)
    case .list, .vector, .structure, .map: return nested(reader, &faults)
    }
  }

  private func decimals(
    _ reader: FieldReader, precision: Int, scale: Int, _ faults: inout RowFaults
  ) -> Column {
    let limit = Decimal128.powersOfTen[min(precision, 38)]
    guard precision <= DataType.maximumPrecisionInInt64 else {
      return values(reader, .either, blank: 0, &faults, ColumnStorage.int128) {
        NumberText.decimal128($0, $1, $2, scale: scale, limit: limit, &$3)
      }
    }
    let limit64 = Int64(truncatingIfNeeded: limit)
    return values(reader, .either, blank: 0, &faults, ColumnStorage.int64) {
      NumberText.decimal64($0, $1, $2, scale: scale, limit: limit64, &$3)
    }
  }

  private func dates(_ reader: FieldReader, _ faults: inout RowFaults) -> Column {
    if let format = reader.plan.dateFormat {
      return values(reader, .quoted, blank: 0, &faults, ColumnStorage.int32) {
        format.days($0, $1, $2, &$3)
      }
    }
    return values(reader, .quoted, blank: 0, &faults, ColumnStorage.int32) {
      DateText.isoDays($0, $1, $2, &$3)
    }
  }

  private func booleans(_ reader: FieldReader, _ faults: inout RowFaults) -> Column {
    let isJSON = isJSON
    return values(
      reader, .bare, blank: false, &faults, { ColumnStorage.boolean(Bitmap($0)) }
    ) { (bytes, low, high, fault) in
      // A JSON number is no boolean, although the text 1 would be one.
      if isJSON, bytes[low] &- UInt8(ascii: "0") <= 9 { fault = .wrongKind }
      return DateText.boolean(bytes, low, high, &fault)
    }
  }

  var isJSON: Bool { if case .json = syntax { true } else { false } }
}

/// Which column of a block is read, and as what.
struct FieldReader {
  var plan: ColumnPlan
  var position: Int
  var number: Int
}

/// How a JSON value of a type is written; delimited text is not asked.
enum JSONForm {
  case quoted
  case bare
  case either
}

extension FieldBlock {
  /// The loop that all types without text share: nulls, blanks, faults.
  @inline(__always)
  private func values<Value: BitwiseCopyable>(
    _ reader: FieldReader, _ form: JSONForm, blank: Value, _ faults: inout RowFaults,
    _ storage: ([Value]) -> ColumnStorage,
    _ parse: (Span<UInt8>, Int, Int, inout FieldFault) -> Value
  ) -> Column {
    let count = recordCount
    let bytes = self.bytes.span
    let fields = self.fields.span
    let isJSON = isJSON
    var nulls = NullTracker(count: count)
    let result = unsafe [Value](unsafeUninitializedCapacity: count) { output, filled in
      var index = reader.position
      for row in 0..<count {
        let field = fields[index]
        index &+= stride
        var value = blank
        var fault = FieldFault.none
        if isNull(field, reader.plan, bytes) {
          nulls.setNull(row)
        } else if isJSON, form != .either,
          (field.start & FieldBlock.quoted != 0) != (form == .quoted)
        {
          fault = .wrongKind
        } else if field.start & FieldBlock.escaped != 0 {
          let text = unescaped(field)
          if text.isEmpty {
            fault = .notOfType
          } else {
            value = parse(text.span, 0, text.count, &fault)
          }
        } else {
          let (low, high) = trimmed(field, bytes)
          // Only a JSON string can be empty here; delimited text is null then.
          if low == high {
            fault = .notOfType
          } else {
            value = parse(bytes, low, high, &fault)
          }
        }
        if fault != .none {
          nulls.setNull(row)
          faults.add(row, reader.number, fault)
          value = blank
        }
        // Safe: row < count, the capacity.
        unsafe (output.baseAddress.unsafelyUnwrapped + row).initialize(to: value)
      }
      filled = count
    }
    return Column(reader.plan.field.type, storage(result), validity: nulls.validity)
  }

  /// Absent, empty but for blanks, or the text that stands for NULL.
  @inline(__always)
  private func isNull(_ field: ck_field, _ plan: ColumnPlan, _ bytes: Span<UInt8>) -> Bool {
    if field.start & FieldBlock.absent != 0 { return true }
    if isJSON { return false }
    let (low, high) = trimmed(field, bytes)
    if low == high { return true }
    return field.start & FieldBlock.quoted == 0 && isText(plan.nullText, bytes, low, high)
  }

  @inline(__always)
  private func trimmed(_ field: ck_field, _ bytes: Span<UInt8>) -> (Int, Int) {
    var low = Int(field.start & FieldBlock.startMask)
    var high = Int(field.end)
    while low < high, bytes[low] == UInt8(ascii: " ") || bytes[low] == 9 { low &+= 1 }
    while low < high, bytes[high &- 1] == UInt8(ascii: " ") || bytes[high &- 1] == 9 {
      high &-= 1
    }
    return (low, high)
  }

  /// Whether the range spells a text that is not empty.
  @inline(__always)
  func isText(_ text: [UInt8], _ bytes: Span<UInt8>, _ low: Int, _ high: Int) -> Bool {
    if text.isEmpty || text.count != high &- low { return false }
    for index in text.indices where text[index] != bytes[low &+ index] { return false }
    return true
  }
}

/// Collects which rows are null.
struct NullTracker {
  private let count: Int
  private var words: [UInt64] = []

  init(count: Int) { self.count = count }

  mutating func setNull(_ row: Int) {
    if words.isEmpty {
      words = [UInt64](repeating: .max, count: Bitmap.wordCount(for: count))
    }
    words[row >> 6] &= ~(1 << UInt64(row & 63))
  }

  /// Nil when no row is null.
  var validity: Bitmap? { words.isEmpty ? nil : Bitmap(words: words, count: count) }
}
