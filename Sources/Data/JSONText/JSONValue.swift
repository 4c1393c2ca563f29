/// A JSON value as a tree; for logs and other bulk use `JSONCursor`.
package indirect enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// Parses exactly one value with white space around it.
  ///
  /// - Parameter depthMax: How many arrays and objects may be open at once.
  package init(
    parsing bytes: [UInt8], depthMax: Int = JSONCursor.depthMaxDefault
  ) throws(JSONError) {
    var cursor = JSONCursor(bytes, depthMax: depthMax)
    self = try cursor.readValue()
    try cursor.finish()
  }

  package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

  package static func integer(_ value: some FixedWidthInteger) -> JSONValue {
    .number(JSONNumber(value))
  }

  /// An object from members in order.
  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(JSONObject(members.map { JSONObject.Member(key: $0.key, value: $0.value) }))
  }

  package var kind: JSONKind {
    switch self {
    case .null: .null
    case .bool: .bool
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  package var isNull: Bool { if case .null = self { true } else { false } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// A number that is whole and fits; nil for text that looks like one.
  package var int64: Int64? { number?.int64 }
  package var int: Int? { number?.int64.flatMap { Int(exactly: $0) } }
  /// A number's exact text without an exponent.
  package var decimalText: String? { number?.decimalText }
  package var double: Double? { number?.double }

  /// The last member of that name; nil when there is none or this is not an object.
  package subscript(key: String) -> JSONValue? { object?[key] }

  /// The value in its shortest form.
  package var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The value in its shortest form.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Members in the order in which they were written, repeated names included.
///
/// RFC 8259 leaves repeated names open. All are kept, so that what is written back is what was
/// read; looking one up gives the last.
package struct JSONObject: Sendable, Hashable {
  package struct Member: Sendable, Hashable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  package var members: [Member]

  package init(_ members: [Member] = []) { self.members = members }

  package var isEmpty: Bool { members.isEmpty }

  /// Reading gives the last member of that name; writing replaces it in place, appends, or with nil
  /// removes every member of that name.
  package subscript(key: String) -> JSONValue? {
    get { members.last { $0.key == key }?.value }
    set {
      guard let newValue else { return members.removeAll { $0.key == key } }
      if let index = members.lastIndex(where: { $0.key == key }) {
        members[index].value = newValue
      } else {
        members.append(Member(key: key, value: newValue))
      }
    }
  }
}
