/// Reads the compact protocol of Apache Thrift, the form of all metadata in a Parquet file.
///
/// Nothing in the input is trusted: lengths are checked against the bytes left before memory is
/// taken, nesting is limited, fields that are not known are skipped.
package struct CompactReader {
  private let bytes: [UInt8]
  /// The next byte to read.
  package private(set) var position: Int
  private let end: Int
  private var depth = 0
  /// Bytes of memory that elements of lists may still take: damaged input can claim many structures
  /// of hardly any bytes each.
  private var memoryLeft: Int

  static let maximumDepth = 64

  /// - Precondition: `range` lies within `bytes`.
  package init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    let range = range ?? bytes.indices
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    memoryLeft = max(1 << 26, 32 * range.count)
  }

  var remaining: Int { end - position }

  enum Kind: UInt8 {
    case stop = 0
    case isTrue = 1
    case isFalse = 2
    case byte = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
    case uuid = 13
  }

  struct FieldHeader {
    var id: Int
    var kind: Kind
  }

  func damaged(_ message: String) -> ParquetError {
    ParquetError(.damaged, "metadata: " + message, offset: position)
  }

  // Structures

  /// To be called before the fields of a structure; `nextField` ends it.
  mutating func beginStructure() throws(ParquetError) {
    depth += 1
    guard depth <= CompactReader.maximumDepth else {
      throw damaged("structures nested deeper than \(CompactReader.maximumDepth)")
    }
  }

  /// The header of the next field, nil behind the last one.
  ///
  /// - Parameter last: The id of the field before, 0 at first; kept up by this call.
  mutating func nextField(_ last: inout Int) throws(ParquetError) -> FieldHeader? {
    let head = try byte()
    guard let kind = Kind(rawValue: head & 15) else {
      throw damaged("field of unknown kind \(head & 15)")
    }
    if kind == .stop {
      guard head == 0 else { throw damaged("stop field with an id") }
      depth -= 1
      return nil
    }
    let delta = Int(head >> 4)
    let id = delta == 0 ? Int(Int16(truncatingIfNeeded: try zigzag())) : last + delta
    guard id <= Int(Int16.max) else { throw damaged("field id \(id) is too large") }
    last = id
    return FieldHeader(id: id, kind: kind)
  }

  /// Passes over the value of a field that is not known.
  mutating func skip(_ field: FieldHeader) throws(ParquetError) {
    try skip(field.kind, inContainer: false)
  }

  private mutating func skip(_ kind: Kind, inContainer: Bool) throws(ParquetError) {
    switch kind {
    case .stop: throw damaged("unexpected stop")
    case .isTrue, .isFalse: if inContainer { _ = try byte() }
    case .byte: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double: try advance(8)
    case .uuid: try advance(16)
    case .binary: try advance(try length(unit: 1))
    case .list, .set:
      let (element, count) = try listHeader()
      try beginStructure()
      for _ in 0..<count { try skip(element, inContainer: true) }
      depth -= 1
    case .map:
      let count = try length(unit: 2)
      guard count > 0 else { return }
      let kinds = try byte()
      guard let key = Kind(rawValue: kinds >> 4), let value = Kind(rawValue: kinds & 15) else {
        throw damaged("map of unknown kinds")
      }
      try beginStructure()
      for _ in 0..<count {
        try skip(key, inContainer: true)
        try skip(value, inContainer: true)
      }
      depth -= 1
    case .structure:
      try beginStructure()
      var last = 0
      while let field = try nextField(&last) { try skip(field) }
    }
  }

  // Values of fields

  mutating func bool(_ field: FieldHeader) throws(ParquetError) -> Bool {
    switch field.kind {
    case .isTrue: return true
    case .isFalse: return false
    default: throw mismatch(field, "a boolean")
    }
  }

  mutating func int8(_ field: FieldHeader) throws(ParquetError) -> Int8 {
    guard field.kind == .byte else { throw mismatch(field, "a byte") }
    return Int8(bitPattern: try byte())
  }

  mutating func int16(_ field: FieldHeader) throws(ParquetError) -> Int16 {
    guard field.kind == .int16 else { throw mismatch(field, "a 16-bit integer") }
    return try narrowed(try zigzag())
  }

  mutating func int32(_ field: FieldHeader) throws(ParquetError) -> Int32 {
    guard field.kind == .int32 else { throw mismatch(field, "a 32-bit integer") }
    return try narrowed(try zigzag())
  }

  mutating func int64(_ field: FieldHeader) throws(ParquetError) -> Int64 {
    guard field.kind == .int64 else { throw mismatch(field, "a 64-bit integer") }
    return try zigzag()
  }

  mutating func binary(_ field: FieldHeader) throws(ParquetError) -> [UInt8] {
    guard field.kind == .binary else { throw mismatch(field, "bytes") }
    return try binary()
  }

  mutating func string(_ field: FieldHeader) throws(ParquetError) -> String {
    String(decoding: try binary(field), as: UTF8.self)
  }

  mutating func structure(_ field: FieldHeader) throws(ParquetError) {
    guard field.kind == .structure else { throw mismatch(field, "a structure") }
  }

  // Lists

  mutating func int32s(_ field: FieldHeader) throws(ParquetError) -> [Int32] {
    let count = try list(field, of: .int32)
    var values: [Int32] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try narrowed(try zigzag())) }
    return values
  }

  mutating func int64s(_ field: FieldHeader) throws(ParquetError) -> [Int64] {
    let count = try list(field, of: .int64)
    var values: [Int64] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try zigzag()) }
    return values
  }

  mutating func bools(_ field: FieldHeader) throws(ParquetError) -> [Bool] {
    let count = try list(field, of: .isTrue)
    var values: [Bool] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try byte() == 1) }
    return values
  }

  mutating func binaries(_ field: FieldHeader) throws(ParquetError) -> [[UInt8]] {
    let count = try list(field, of: .binary)
    var values: [[UInt8]] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try binary()) }
    return values
  }

  mutating func strings(_ field: FieldHeader) throws(ParquetError) -> [String] {
    try binaries(field).map { String(decoding: $0, as: UTF8.self) }
  }

  mutating func structures<Element: CompactStructure>(
    _ field: FieldHeader, of type: Element.Type = Element.self
  ) throws(ParquetError) -> [Element] {
    let count = try list(field, of: .structure)
    var values: [Element] = []
    // A structure takes a byte at least, yet far more in memory: grow with what is really there.
    values.reserveCapacity(min(count, 4096))
    for _ in 0..<count {
      memoryLeft -= MemoryLayout<Element>.stride
      guard memoryLeft >= 0 else { throw damaged("more structures than so few bytes can hold") }
      values.append(try Element(from: &self))
    }
    return values
  }

  /// The number of elements of a list field, each of which takes a byte at least.
  private mutating func list(_ field: FieldHeader, of kind: Kind) throws(ParquetError) -> Int {
    guard field.kind == .list || field.kind == .set else { throw mismatch(field, "a list") }
    let (element, count) = try listHeader()
    let isBoolean = kind == .isTrue && element == .isFalse
    guard element == kind || isBoolean || count == 0 else {
      throw damaged("field \(field.id): expected a list of \(kind), found one of \(element)")
    }
    return count
  }

  private mutating func listHeader() throws(ParquetError) -> (Kind, Int) {
    let head = try byte()
    guard let element = Kind(rawValue: head & 15) else {
      throw damaged("list of unknown kind \(head & 15)")
    }
    guard head >> 4 == 15 else {
      let count = Int(head >> 4)
      guard count <= remaining else { throw tooLong(count) }
      return (element, count)
    }
    return (element, try length(unit: 1))
  }

  // Bytes

  /// A length whose items take `unit` bytes each at least.
  private mutating func length(unit: Int) throws(ParquetError) -> Int {
    let raw = try varint()
    guard raw <= UInt64(remaining / unit) else { throw tooLong(Int(clamping: raw)) }
    return Int(raw)
  }

  private func tooLong(_ count: Int) -> ParquetError {
    damaged("length \(count) where \(remaining) bytes are left")
  }

  private mutating func binary() throws(ParquetError) -> [UInt8] {
    let count = try length(unit: 1)
    let start = position
    try advance(count)
    return Array(bytes[start..<position])
  }

  private mutating func advance(_ count: Int) throws(ParquetError) {
    guard count <= remaining else { throw tooLong(count) }
    position += count
  }

  private mutating func byte() throws(ParquetError) -> UInt8 {
    guard position < end else { throw damaged("ends within a structure") }
    let byte = bytes[position]
    position += 1
    return byte
  }

  private mutating func varint() throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 63 || next <= 1 else { throw damaged("number longer than 64 bits") }
      value |= UInt64(next & 127) << shift
      if next < 128 { return value }
      shift += 7
    }
  }

  private mutating func zigzag() throws(ParquetError) -> Int64 {
    let raw = try varint()
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  private func narrowed<Narrow: FixedWidthInteger>(
    _ value: Int64
  ) throws(ParquetError) -> Narrow {
    guard let narrow = Narrow(exactly: value) else {
      throw damaged("number \(value) is too large for \(Narrow.bitWidth) bits")
    }
    return narrow
  }

  private func mismatch(_ field: FieldHeader, _ expected: String) -> ParquetError {
    damaged("field \(field.id): expected \(expected), found \(field.kind)")
  }
}

/// A structure of the compact protocol.
package protocol CompactStructure {
  init(from reader: inout CompactReader) throws(ParquetError)
  func write(to writer: inout CompactWriter)
}

extension CompactReader {
  /// The value of a field that the format requires.
  func required<Value>(_ value: Value?, _ name: String) throws(ParquetError) -> Value {
    guard let value else { throw damaged("\(name) is missing") }
    return value
  }

  mutating func structure<Element: CompactStructure>(
    _ field: FieldHeader, as type: Element.Type = Element.self
  ) throws(ParquetError) -> Element {
    try structure(field)
    return try Element(from: &self)
  }
}
