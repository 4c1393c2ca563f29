/// Writes the compact protocol of Apache Thrift.
package struct CompactWriter {
  package private(set) var bytes: [UInt8] = []
  private var lastIDs: [Int] = []

  package init() {}

  /// A structure whose fields `body` writes with ascending ids.
  mutating func structure(_ body: (inout CompactWriter) -> Void) {
    lastIDs.append(0)
    body(&self)
    bytes.append(0)
    lastIDs.removeLast()
  }

  private mutating func header(_ id: Int, _ kind: CompactReader.Kind) {
    let last = lastIDs[lastIDs.count - 1]
    lastIDs[lastIDs.count - 1] = id
    let delta = id - last
    if (1...15).contains(delta) {
      bytes.append(UInt8(delta) << 4 | kind.rawValue)
    } else {
      bytes.append(kind.rawValue)
      zigzag(Int64(id))
    }
  }

  // Fields; nil writes nothing.

  mutating func field(_ id: Int, _ value: Bool?) {
    if let value { header(id, value ? .isTrue : .isFalse) }
  }

  mutating func field(_ id: Int, _ value: Int8?) {
    guard let value else { return }
    header(id, .byte)
    bytes.append(UInt8(bitPattern: value))
  }

  mutating func field(_ id: Int, _ value: Int16?) {
    guard let value else { return }
    header(id, .int16)
    zigzag(Int64(value))
  }

  mutating func field(_ id: Int, _ value: Int32?) {
    guard let value else { return }
    header(id, .int32)
    zigzag(Int64(value))
  }

  mutating func field(_ id: Int, _ value: Int64?) {
    guard let value else { return }
    header(id, .int64)
    zigzag(value)
  }

  mutating func field(_ id: Int, _ value: [UInt8]?) {
    guard let value else { return }
    header(id, .binary)
    binary(value)
  }

  mutating func field(_ id: Int, _ value: String?) {
    guard let value else { return }
    header(id, .binary)
    binary(Array(value.utf8))
  }

  mutating func field(_ id: Int, _ value: (some CompactStructure)?) {
    guard let value else { return }
    header(id, .structure)
    value.write(to: &self)
  }

  /// A structure without fields, as unions use for cases that carry nothing.
  mutating func emptyField(_ id: Int) {
    header(id, .structure)
    bytes.append(0)
  }

  mutating func field(_ id: Int, structure body: (inout CompactWriter) -> Void) {
    header(id, .structure)
    structure(body)
  }

  mutating func field(_ id: Int, _ values: [Int32]?) {
    guard let values else { return }
    list(id, .int32, count: values.count)
    for value in values { zigzag(Int64(value)) }
  }

  mutating func field(_ id: Int, _ values: [Int64]?) {
    guard let values else { return }
    list(id, .int64, count: values.count)
    for value in values { zigzag(value) }
  }

  mutating func field(_ id: Int, _ values: [Bool]?) {
    guard let values else { return }
    list(id, .isTrue, count: values.count)
    for value in values { bytes.append(value ? 1 : 2) }
  }

  mutating func field(_ id: Int, _ values: [String]?) {
    guard let values else { return }
    list(id, .binary, count: values.count)
    for value in values { binary(Array(value.utf8)) }
  }

  mutating func field(_ id: Int, _ values: [[UInt8]]?) {
    guard let values else { return }
    list(id, .binary, count: values.count)
    for value in values { binary(value) }
  }

  mutating func field(_ id: Int, _ values: [some CompactStructure]?) {
    guard let values else { return }
    list(id, .structure, count: values.count)
    for value in values { value.write(to: &self) }
  }

  // Bytes

  private mutating func list(_ id: Int, _ element: CompactReader.Kind, count: Int) {
    header(id, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | element.rawValue)
    } else {
      bytes.append(0xF0 | element.rawValue)
      varint(UInt64(count))
    }
  }

  private mutating func binary(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func zigzag(_ value: Int64) {
    varint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
