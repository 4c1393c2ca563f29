import JSONText

/// A JSON object of strings and nulls, in the order in which it was written.
package struct StringMap: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Entry: Sendable, Hashable {
    package var key: String
    package var value: String?

    package init(key: String, value: String?) {
      self.key = key
      self.value = value
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }

  package init(dictionaryLiteral elements: (String, String?)...) {
    entries = elements.map { Entry(key: $0.0, value: $0.1) }
  }

  package var isEmpty: Bool { entries.isEmpty }

  /// The value of that key, an absent key and a null alike giving nil; setting nil removes the key.
  package subscript(key: String) -> String? {
    get { entries.last { $0.key == key }?.value }
    set {
      if let index = entries.lastIndex(where: { $0.key == key }) {
        if let newValue {
          entries[index].value = newValue
        } else {
          entries.remove(at: index)
        }
      } else if let newValue {
        entries.append(Entry(key: key, value: newValue))
      }
    }
  }

  package func contains(_ key: String) -> Bool { entries.contains { $0.key == key } }

  /// Reads an object whose values are strings or null; numbers and booleans, which some writers
  /// leave unquoted, become their text.
  init(_ cursor: inout JSONCursor) throws(JSONError) {
    entries = []
    if try cursor.skipNull() { return }
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      let value: String?
      switch try cursor.peek() {
      case .null:
        try cursor.readNull()
        value = nil
      case .string: value = try cursor.readString()
      default: value = try cursor.readValue().text
      }
      entries.append(Entry(key: key, value: value))
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    for entry in entries {
      writer.key(entry.key)
      if let value = entry.value { writer.string(value) } else { writer.null() }
    }
    writer.endObject()
  }
}

extension JSONCursor {
  mutating func readOptionalString() throws(JSONError) -> String? {
    try skipNull() ? nil : try readString()
  }

  mutating func readOptionalInt64() throws(JSONError) -> Int64? {
    try skipNull() ? nil : try readInt64()
  }

  mutating func readOptionalBool() throws(JSONError) -> Bool? {
    try skipNull() ? nil : try readBool()
  }

  mutating func readStrings() throws(JSONError) -> [String] {
    var values: [String] = []
    try beginArray()
    while try nextElement() { values.append(try readString()) }
    return values
  }

  /// The value, or the error that the object just read lacks it.
  func require<Value>(_ value: Value?, _ member: String) throws(JSONError) -> Value {
    guard let value else { throw failure(.missingMember(member)) }
    return value
  }
}

extension JSONWriter {
  mutating func optional(_ name: String, _ value: String?) {
    if let value { member(name, value) }
  }

  mutating func optional(_ name: String, _ value: Int64?) {
    if let value { member(name, value) }
  }

  mutating func map(_ name: String, _ value: StringMap) {
    key(name)
    value.write(to: &self)
  }
}
