import CKernels
import Columnar
import JSONText

extension FieldBlock {
  /// A text column, interned: equal values of a block share a code as long as that pays.
  func strings(_ reader: FieldReader, _ faults: inout RowFaults) -> Column {
    let plan = reader.plan
    var nulls = NullTracker(count: recordCount)
    var interner = StringInterner(rows: recordCount)
    let isJSON = isJSON
    let span = bytes.span
    unsafe bytes.withUnsafeBytes { all in
      var index = reader.position
      for row in 0..<recordCount {
        let field = fields[index]
        index &+= stride
        let low = Int(field.start & FieldBlock.startMask)
        let high = Int(field.end)
        let isQuoted = field.start & FieldBlock.quoted != 0
        if field.start & FieldBlock.absent != 0
          || (!isJSON && !isQuoted && (low == high || isText(plan.nullText, span, low, high)))
        {
          nulls.setNull(row)
          interner.appendNull()
        } else if isJSON, !isQuoted, !plan.takesAnyJSON {
          faults.add(row, reader.number, .wrongKind)
          nulls.setNull(row)
          interner.appendNull()
        } else if field.start & FieldBlock.escaped != 0 {
          unsafe unescaped(field).withUnsafeBytes { unsafe interner.append($0) }
        } else {
          // Safe: the kernels and the JSON cutter keep every range inside the bytes.
          unsafe interner.append(UnsafeRawBufferPointer(rebasing: all[low..<high]))
        }
      }
    }
    return Column(plan.field.type, .string(interner.finish()), validity: nulls.validity)
  }

  /// A column of lists, vectors, structures or maps: JSON text in either format.
  func nested(_ reader: FieldReader, _ faults: inout RowFaults) -> Column {
    var builder = ColumnBuilder(reader.plan.field.type)
    for row in 0..<recordCount {
      let field = field(row, reader.position)
      let isQuoted = field.start & FieldBlock.quoted != 0
      let range = Int(field.start & FieldBlock.startMask)..<Int(field.end)
      if field.start & FieldBlock.absent != 0 || (!isJSON && range.isEmpty) {
        builder.append(.null)
        continue
      }
      var fault = FieldFault.none
      if isJSON, isQuoted { fault = .wrongKind }
      if fault == .none {
        let value = NestedText.value(unescaped(field), reader.plan.field.type, &fault)
        if fault == .none, builder.append(value) { continue }
      }
      builder.append(.null)
      faults.add(row, reader.number, fault == .none ? .notOfType : fault)
    }
    return builder.finish()
  }
}

/// JSON text as a value of a nested type.
enum NestedText {
  static func value(_ bytes: [UInt8], _ type: DataType, _ fault: inout FieldFault) -> Value {
    guard let tree = try? JSONValue(parsing: bytes) else {
      fault = .notOfType
      return .null
    }
    return value(tree, type, &fault)
  }

  /// A scalar inside goes through the same parsers as a field of its own.
  private static func value(
    _ tree: JSONValue, _ type: DataType, _ fault: inout FieldFault
  ) -> Value {
    if tree.isNull { return .null }
    switch (type, tree) {
    case (.list(let element), .array(let values)):
      return .list(values.map { value($0, element.type, &fault) })
    case (.vector(let length), .array(let values)):
      if values.count != length { fault = .notOfType }
      let numbers = values.map { value($0, .double, &fault) }
      if numbers.contains(.null) { fault = .notOfType }
      return .list(numbers)
    case (.structure(let fields), .object(let object)):
      return .structure(
        fields.map { field in
          object[field.name].map { value($0, field.type, &fault) } ?? .null
        })
    case (.map(let key, let item), .object(let object)):
      return .map(
        keys: object.members.map { value(.string($0.key), key.type, &fault) },
        values: object.members.map { value($0.value, item.type, &fault) })
    case (.list, _), (.vector, _), (.structure, _), (.map, _):
      fault = .wrongKind
      return .null
    default: return scalar(tree, type, &fault)
    }
  }

  private static func scalar(
    _ tree: JSONValue, _ type: DataType, _ fault: inout FieldFault
  ) -> Value {
    let text: [UInt8]
    var flags: UInt32 = 0
    switch tree {
    case .string(let string):
      text = Array(string.utf8)
      flags = FieldBlock.quoted
    case .number(let number): text = Array(number.text.utf8)
    case .bool(let bit): text = Array((bit ? "true" : "false").utf8)
    default:
      fault = .wrongKind
      return .null
    }
    let block = FieldBlock(
      syntax: .json, bytes: text, fields: [ck_field(start: flags, end: UInt32(text.count))],
      records: [ck_record(start: 0, end: 0, field_count: 1, line: 0)], stride: 1, firstLine: 1)
    var faults = RowFaults()
    let plan = ColumnPlan(field: Field("", type), position: 0)
    let column = block.column(plan, number: 0, into: &faults)
    if let entry = faults.entries[0] { fault = entry.fault }
    return column.value(0)
  }
}
