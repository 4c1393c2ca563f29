import Columnar
import JSONText

/// Lists, structures and maps as JSON text, in every format; binaries as hexadecimal digits.
enum NestedText {
  static func json(_ value: Value, type: DataType) -> String {
    var writer = JSONWriter()
    append(value, type: type, to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func append(_ value: Value, type: DataType, to writer: inout JSONWriter) {
    switch value {
    case .null: writer.null()
    case .boolean(let value): writer.bool(value)
    case .int32(let value): writer.integer(value)
    case .int64(let value): writer.integer(value)
    case .float(let value):
      if value.isFinite { writer.raw(value.description.utf8) } else { writer.double(Double(value)) }
    case .double(let value): writer.double(value)
    case .decimal(let value): writer.raw(value.description.utf8)
    case .string(let value): writer.string(value)
    case .binary(let bytes): writer.string(hex(bytes))
    case .date(let value): writer.string(value.description)
    case .timestamp(let value): writer.string(value.description)
    case .timestampNTZ(let value): writer.string(value.text(separator: "T"))
    case .list(let values):
      let element = if case .list(let field) = type { field.type } else { DataType.double }
      writer.beginArray()
      for value in values { append(value, type: element, to: &writer) }
      writer.endArray()
    case .structure(let values):
      let fields = if case .structure(let fields) = type { fields } else { [Field]() }
      writer.beginObject()
      for (field, value) in zip(fields, values) {
        writer.key(field.name)
        append(value, type: field.type, to: &writer)
      }
      writer.endObject()
    case .map(let keys, let values): appendMap(keys, values, type: type, to: &writer)
    }
  }

  /// A map is an array of pairs: its keys need not be strings, nor distinct as text.
  private static func appendMap(
    _ keys: [Value], _ values: [Value], type: DataType, to writer: inout JSONWriter
  ) {
    guard case .map(let keyField, let valueField) = type else { return writer.null() }
    writer.beginArray()
    for (key, value) in zip(keys, values) {
      writer.beginArray()
      append(key, type: keyField.type, to: &writer)
      append(value, type: valueField.type, to: &writer)
      writer.endArray()
    }
    writer.endArray()
  }
}
