package import Columnar
package import JSONText

/// A table's columns as `schemaString` says ("Schema Serialization Format").
package struct DeltaSchema: Sendable, Hashable {
  package var fields: [DeltaField]

  package init(_ fields: [DeltaField]) { self.fields = fields }

  /// The column of that name, ignoring ASCII case.
  package func field(named name: String) -> DeltaField? {
    if let exact = fields.first(where: { $0.name == name }) { return exact }
    let lowered = name.lowercased()
    return fields.first { $0.name.lowercased() == lowered }
  }
}

// MARK: - In memory

extension DeltaSchema {
  /// The columns as the engine holds them: narrow integers widened, `void` as nullable strings.
  package var columnar: Schema { Schema(fields.map(\.columnar)) }

  /// The Delta columns for columns of the engine.
  package init(_ schema: Schema) { fields = schema.fields.map(DeltaField.init) }
}

extension DeltaField {
  package var columnar: Field {
    var type = self.type.columnar
    if case .array(.double, containsNull: false) = self.type,
      let length = metadata[DeltaField.vectorLengthKey]?.int, length > 0
    {
      type = .vector(length: length)
    }
    return Field(name, type, isNullable: isNullable)
  }

  package init(_ field: Field) {
    self.init(field.name, DeltaType(field.type), isNullable: field.isNullable)
    if case .vector(let length) = field.type {
      metadata[DeltaField.vectorLengthKey] = .integer(length)
    }
  }
}

extension DeltaType {
  package var columnar: DataType {
    switch self {
    case .boolean: .boolean
    case .byte, .short, .integer: .int32
    case .long: .int64
    case .float: .float
    case .double: .double
    case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
    case .string, .void: .string
    case .binary: .binary
    case .date: .date
    case .timestamp: .timestamp
    case .timestampNTZ: .timestampNTZ
    case .structure(let fields): .structure(fields.map(\.columnar))
    case .array(let element, let containsNull):
      .list(element: Field("element", element.columnar, isNullable: containsNull))
    case .map(let key, let value, let valueContainsNull):
      .map(
        key: Field("key", key.columnar, isNullable: false),
        value: Field("value", value.columnar, isNullable: valueContainsNull))
    }
  }

  package init(_ type: DataType) {
    switch type {
    case .boolean: self = .boolean
    case .int32: self = .integer
    case .int64: self = .long
    case .float: self = .float
    case .double: self = .double
    case .decimal(let precision, let scale): self = .decimal(precision: precision, scale: scale)
    case .string: self = .string
    case .binary: self = .binary
    case .date: self = .date
    case .timestamp: self = .timestamp
    case .timestampNTZ: self = .timestampNTZ
    case .vector: self = .array(element: .double, containsNull: false)
    case .list(let element):
      self = .array(element: DeltaType(element.type), containsNull: element.isNullable)
    case .structure(let fields): self = .structure(fields.map(DeltaField.init))
    case .map(let key, let value):
      self = .map(
        key: DeltaType(key.type), value: DeltaType(value.type),
        valueContainsNull: value.isNullable)
    }
  }
}

// MARK: - JSON

extension DeltaSchema {
  /// What is wrong with a schema string.
  package enum Fault: Error, Sendable {
    case json(JSONError)
    /// Well-formed, but not a schema.
    case invalid(String)
    /// A type this reader does not know.
    case unknownType(String)
  }

  /// Reads a `schemaString`.
  package init(parsing text: String) throws(Fault) {
    let value: JSONValue
    do { value = try JSONValue(parsing: text) } catch { throw .json(error) }
    guard case .structure(let fields) = try DeltaType(json: value) else {
      throw .invalid("the schema is not a struct")
    }
    var seen: Set<String> = []
    for field in fields where !seen.insert(field.name.lowercased()).inserted {
      throw .invalid("two columns are named '\(field.name)'")
    }
    self.init(fields)
  }

  /// The schema as a `schemaString`.
  package var text: String {
    var writer = JSONWriter()
    DeltaType.structure(fields).write(to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension DeltaType {
  init(json: JSONValue) throws(DeltaSchema.Fault) {
    if let name = json.string {
      guard let primitive = DeltaType(primitive: name) else { throw .unknownType(name) }
      self = primitive
      return
    }
    guard let kind = json["type"]?.string else {
      throw .invalid("a type is neither a name nor an object with a type: \(json.text)")
    }
    switch kind {
    case "struct":
      guard let members = json["fields"]?.array else {
        throw .invalid("a struct has no array of fields")
      }
      var fields: [DeltaField] = []
      for member in members { fields.append(try DeltaField(json: member)) }
      self = .structure(fields)
    case "array":
      guard let element = json["elementType"] else { throw .invalid("an array has no elementType") }
      self = .array(
        element: try DeltaType(json: element), containsNull: json["containsNull"]?.bool ?? true)
    case "map":
      guard let key = json["keyType"], let value = json["valueType"] else {
        throw .invalid("a map has no keyType or no valueType")
      }
      self = .map(
        key: try DeltaType(json: key), value: try DeltaType(json: value),
        valueContainsNull: json["valueContainsNull"]?.bool ?? true)
    default: throw .unknownType(kind)
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .structure(let fields):
      writer.beginObject()
      writer.member("type", "struct")
      writer.key("fields")
      writer.beginArray()
      for field in fields { field.write(to: &writer) }
      writer.endArray()
      writer.endObject()
    case .array(let element, let containsNull):
      writer.beginObject()
      writer.member("type", "array")
      writer.key("elementType")
      element.write(to: &writer)
      writer.member("containsNull", containsNull)
      writer.endObject()
    case .map(let key, let value, let valueContainsNull):
      writer.beginObject()
      writer.member("type", "map")
      writer.key("keyType")
      key.write(to: &writer)
      writer.key("valueType")
      value.write(to: &writer)
      writer.member("valueContainsNull", valueContainsNull)
      writer.endObject()
    default: writer.string(primitiveName ?? "void")
    }
  }
}

extension DeltaField {
  init(json: JSONValue) throws(DeltaSchema.Fault) {
    guard let name = json["name"]?.string, let type = json["type"] else {
      throw .invalid("a field has no name or no type: \(json.text)")
    }
    self.init(
      name, try DeltaType(json: type), isNullable: json["nullable"]?.bool ?? true,
      metadata: json["metadata"]?.object ?? JSONObject())
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.key("type")
    type.write(to: &writer)
    writer.member("nullable", isNullable)
    writer.member("metadata", .object(metadata))
    writer.endObject()
  }
}
