import Columnar

/// Chunks as bytes for temporary files of this process: never read by another version or machine.
///
/// Of a dictionary only the entries in use are written. A column is written as what it is, which
/// for a placeholder is not the type that its place has; the types are kept beside the bytes.
struct ChunkCoder {
  private(set) var bytes: [UInt8] = []
  /// The column types of the chunks so far; a chunk names its list by number.
  private(set) var types: [[DataType]] = []

  var isEmpty: Bool { bytes.isEmpty }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  mutating func append(_ chunk: Chunk) {
    if types.isEmpty || !ChunkCoder.match(chunk, types[types.count - 1]) {
      types.append(chunk.columns.map(\.type))
    }
    put([UInt32(chunk.rowCount), UInt32(types.count - 1)])
    for column in chunk.columns { append(column) }
  }

  private static func match(_ chunk: Chunk, _ types: [DataType]) -> Bool {
    chunk.columns.count == types.count && zip(chunk.columns, types).allSatisfy { $0.type == $1 }
  }

  private mutating func append(_ column: Column) {
    bytes.append(column.validity == nil ? 0 : 1)
    if let validity = column.validity { put(validity.words) }
    switch column.storage {
    case .boolean(let bits):
      put(bits.words)
    case .int32(let values): put(values)
    case .int64(let values): put(values)
    case .int128(let values): put(values)
    case .float(let values): put(values)
    case .double(let values): put(values)
    case .string(let strings): append(strings, column.validity)
    case .list(let offsets, let child):
      put(offsets)
      put([UInt32(child.count)])
      append(child)
    case .structure(let children, _):
      for child in children { append(child) }
    }
  }

  private mutating func append(_ strings: StringColumn, _ validity: Bitmap?) {
    guard let codes = strings.codes else {
      put([UInt32(strings.values.count), UInt32.max])
      put(strings.values.offsets)
      bytes.append(contentsOf: strings.values.bytes)
      return
    }
    let (used, own) = ChunkCoder.used(codes, strings.values.count, validity)
    // The code of a null row has to be one of the dictionary, too.
    let values = used.isEmpty ? StringValues([""] as [String]) : strings.values.take(used)
    put([UInt32(values.count), UInt32(codes.count)])
    put(values.offsets)
    bytes.append(contentsOf: values.bytes)
    put(own)
  }

  /// The entries that the codes use, and the codes among them.
  private static func used(
    _ codes: [Int32], _ entryCount: Int, _ validity: Bitmap?
  ) -> ([Int32], [Int32]) {
    var used: [Int32] = []
    if entryCount > 4 * codes.count + 64 {
      // A large dictionary is not walked for a few rows; repeated texts are written repeatedly.
      var own = [Int32](repeating: 0, count: codes.count)
      for (row, code) in codes.enumerated() where isPresent(validity, row) {
        own[row] = Int32(used.count)
        used.append(code)
      }
      return (used, own)
    }
    var map = [Int32](repeating: -1, count: entryCount)
    var own = [Int32](repeating: 0, count: codes.count)
    for (row, code) in codes.enumerated() where isPresent(validity, row) {
      let entry = Int(code)
      if map[entry] < 0 {
        map[entry] = Int32(used.count)
        used.append(code)
      }
      own[row] = map[entry]
    }
    return (used, own)
  }

  private mutating func put<V: BitwiseCopyable>(_ values: [V]) {
    unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
}

/// Reads what `ChunkCoder` wrote.
struct ChunkDecoder {
  private let bytes: [UInt8]
  private let types: [[DataType]]
  private var position = 0

  init(_ bytes: [UInt8], types: [[DataType]]) {
    self.bytes = bytes
    self.types = types
  }

  /// Nil at the end.
  mutating func next() throws(QueryError) -> Chunk? {
    if position == bytes.count { return nil }
    let header = try read(UInt32.self, 2)
    let rowCount = Int(header[0])
    guard Int(header[1]) < types.count else { throw ChunkDecoder.damaged }
    var columns: [Column] = []
    for type in types[Int(header[1])] { columns.append(try column(type, rowCount)) }
    return Chunk(columns: columns, rowCount: rowCount)
  }

  private mutating func column(_ type: DataType, _ count: Int) throws(QueryError) -> Column {
    let wordCount = Bitmap.wordCount(for: count)
    var validity: Bitmap?
    if try read(UInt8.self, 1)[0] != 0 {
      validity = Bitmap(words: try read(UInt64.self, wordCount), count: count)
    }
    let storage: ColumnStorage
    switch ColumnStorage.blank(for: type, count: 0) {
    case .boolean:
      storage = .boolean(Bitmap(words: try read(UInt64.self, wordCount), count: count))
    case .int32: storage = .int32(try read(Int32.self, count))
    case .int64: storage = .int64(try read(Int64.self, count))
    case .int128: storage = .int128(try read(Int128.self, count))
    case .float: storage = .float(try read(Float.self, count))
    case .double: storage = .double(try read(Double.self, count))
    case .string: storage = .string(try strings())
    case .list(_, let child):
      let offsets = try read(Int32.self, count + 1)
      let childCount = Int(try read(UInt32.self, 1)[0])
      storage = .list(offsets: offsets, child: try column(child.type, childCount))
    case .structure(let children, _):
      var members: [Column] = []
      for child in children { members.append(try column(child.type, count)) }
      storage = .structure(members, count: count)
    }
    return Column(type, storage, validity: validity)
  }

  private mutating func strings() throws(QueryError) -> StringColumn {
    let counts = try read(UInt32.self, 2)
    let offsets = try read(Int32.self, Int(counts[0]) + 1)
    let text = try read(UInt8.self, Int(offsets[offsets.count - 1]))
    let values = StringValues(offsets: offsets, bytes: text)
    if counts[1] == .max { return StringColumn(values: values, codes: nil) }
    return StringColumn(values: values, codes: try read(Int32.self, Int(counts[1])))
  }

  private mutating func read<V: BitwiseCopyable>(
    _ type: V.Type, _ count: Int
  ) throws(QueryError) -> [V] {
    let size = count * MemoryLayout<V>.stride
    guard size >= 0, position + size <= bytes.count else { throw ChunkDecoder.damaged }
    let start = position
    position += size
    return unsafe bytes.withUnsafeBytes { source in
      unsafe [V](unsafeUninitializedCapacity: count) { target, initialized in
        // Safe: the range was checked, and the target has as many bytes.
        if let to = target.baseAddress, let from = source.baseAddress {
          unsafe UnsafeMutableRawPointer(to).copyMemory(from: from + start, byteCount: size)
        }
        initialized = count
      }
    }
  }

  static var damaged: QueryError {
    QueryError(.source, "a temporary file does not hold what was written into it")
  }
}
