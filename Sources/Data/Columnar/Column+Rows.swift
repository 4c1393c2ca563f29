// Rows picked, cut out and joined: whole columns at a time.

extension Column {
  /// The rows at `indices`, in that order; an index may repeat.
  ///
  /// Strings keep their dictionary and move only codes.
  ///
  /// - Precondition: every index lies in `0..<count`.
  package func take(_ indices: [Int32]) -> Column {
    let validity = self.validity?.take(indices)
    switch storage {
    case .boolean(let bits): return Column(type, .boolean(bits.take(indices)), validity: validity)
    case .int32(let values):
      return Column(type, .int32(gather(values, indices)), validity: validity)
    case .int64(let values):
      return Column(type, .int64(gather(values, indices)), validity: validity)
    case .int128(let values):
      return Column(type, .int128(gather(values, indices)), validity: validity)
    case .float(let values):
      return Column(type, .float(gather(values, indices)), validity: validity)
    case .double(let values):
      return Column(type, .double(gather(values, indices)), validity: validity)
    case .string(let strings):
      let codes = strings.codes.map { gather($0, indices) } ?? indices
      return Column(
        type, .string(StringColumn(values: strings.values, codes: codes)), validity: validity)
    case .list(let offsets, let child):
      var newOffsets: [Int32] = [0]
      var childRows: [Int32] = []
      newOffsets.reserveCapacity(indices.count + 1)
      for index in indices {
        childRows.append(contentsOf: offsets[Int(index)]..<offsets[Int(index) + 1])
        newOffsets.append(Int32(childRows.count))
      }
      return Column(
        type, .list(offsets: newOffsets, child: child.take(childRows)), validity: validity)
    case .structure(let children, _):
      return Column(
        type, .structure(children.map { $0.take(indices) }, count: indices.count),
        validity: validity)
    }
  }

  /// The rows whose bit is set.
  package func filter(_ mask: Bitmap) -> Column {
    mask.isAllSet ? self : take(mask.setIndices())
  }

  /// Rows `range`; codes of strings keep their dictionary.
  package func slice(_ range: Range<Int>) -> Column {
    if range.lowerBound == 0, range.upperBound == count { return self }
    let validity = self.validity?.slice(range)
    switch storage {
    case .boolean(let bits): return Column(type, .boolean(bits.slice(range)), validity: validity)
    case .int32(let values): return Column(type, .int32(Array(values[range])), validity: validity)
    case .int64(let values): return Column(type, .int64(Array(values[range])), validity: validity)
    case .int128(let values): return Column(type, .int128(Array(values[range])), validity: validity)
    case .float(let values): return Column(type, .float(Array(values[range])), validity: validity)
    case .double(let values): return Column(type, .double(Array(values[range])), validity: validity)
    case .string(let strings):
      let codes =
        strings.codes.map { Array($0[range]) }
        ?? Array(Int32(range.lowerBound)..<Int32(range.upperBound))
      return Column(
        type, .string(StringColumn(values: strings.values, codes: codes)), validity: validity)
    case .list(let offsets, let child):
      let first = offsets[range.lowerBound]
      let last = offsets[range.upperBound]
      return Column(
        type,
        .list(
          offsets: offsets[range.lowerBound...range.upperBound].map { $0 - first },
          child: child.slice(Int(first)..<Int(last))),
        validity: validity)
    case .structure(let children, _):
      return Column(
        type, .structure(children.map { $0.slice(range) }, count: range.count), validity: validity)
    }
  }

  /// The rows of all parts, one after the other.
  ///
  /// Strings whose parts share one dictionary keep it; others get the parts' values packed together.
  ///
  /// - Parameter limit: The most bytes of text, or members of lists, that may come together.
  /// - Precondition: there is at least one part, and all have the same type.
  package static func concatenate(
    _ parts: [Column], limit: Int = ColumnOverflow.largest
  ) throws(ColumnOverflow) -> Column {
    precondition(!parts.isEmpty)
    if parts.count == 1 { return parts[0] }
    let type = parts[0].type
    precondition(parts.allSatisfy { $0.type == type })
    let validity: Bitmap? =
      parts.allSatisfy { $0.validity == nil }
      ? nil
      : Bitmap.concatenate(parts.map { $0.validity ?? Bitmap(repeating: true, count: $0.count) })
    return Column(type, try joinedStorage(parts, limit), validity: validity)
  }

  private static func joinedStorage(
    _ parts: [Column], _ limit: Int
  ) throws(ColumnOverflow) -> ColumnStorage {
    switch parts[0].storage {
    case .boolean: return .boolean(Bitmap.concatenate(parts.compactMap(\.storage.boolean)))
    case .int32: return .int32(Array(parts.compactMap(\.storage.int32).joined()))
    case .int64: return .int64(Array(parts.compactMap(\.storage.int64).joined()))
    case .int128: return .int128(Array(parts.compactMap(\.storage.int128).joined()))
    case .float: return .float(Array(parts.compactMap(\.storage.float).joined()))
    case .double: return .double(Array(parts.compactMap(\.storage.double).joined()))
    case .string:
      return .string(try StringColumn.concatenate(parts.compactMap(\.storage.string), limit: limit))
    case .list:
      let total = parts.reduce(0) { $0 + $1.memberCount }
      guard total <= limit else {
        throw ColumnOverflow(content: .members, count: total, limit: limit)
      }
      var offsets: [Int32] = [0]
      var children: [Column] = []
      for part in parts {
        guard case .list(let own, let child) = part.storage else { continue }
        let base = offsets[offsets.count - 1]
        offsets.append(contentsOf: own.dropFirst().map { $0 + base })
        children.append(child)
      }
      return .list(offsets: offsets, child: try concatenate(children, limit: limit))
    case .structure(let members, _):
      var joined: [Column] = []
      for index in members.indices {
        let own = parts.compactMap { part in
          if case .structure(let own, _) = part.storage { own[index] } else { nil }
        }
        joined.append(try concatenate(own, limit: limit))
      }
      return .structure(joined, count: parts.reduce(0) { $0 + $1.count })
    }
  }

  private var memberCount: Int {
    if case .list(let offsets, _) = storage { Int(offsets[offsets.count - 1]) } else { 0 }
  }
}

extension StringColumn {
  /// The rows of all parts; see `Column.concatenate`.
  package static func concatenate(
    _ parts: [StringColumn], limit: Int = ColumnOverflow.largest
  ) throws(ColumnOverflow) -> StringColumn {
    let first = parts[0].values
    if parts.allSatisfy({ $0.values === first && $0.codes != nil }) {
      return StringColumn(values: first, codes: parts.flatMap { $0.codes ?? [] })
    }
    let uses = DictionaryUse.of(parts)
    let total = DictionaryUse.byteCount(of: parts, uses)
    guard total <= limit else { throw ColumnOverflow(content: .text, count: total, limit: limit) }
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    var codes: [Int32] = []
    var bases: [ObjectIdentifier: Int32] = [:]
    func add(_ values: StringValues) -> Int32 {
      let base = Int32(offsets.count - 1)
      let shift = Int32(bytes.count)
      bytes.append(contentsOf: values.bytes)
      offsets.append(contentsOf: values.offsets.dropFirst().map { $0 + shift })
      return base
    }
    for part in parts {
      let dictionary = ObjectIdentifier(part.values)
      if let own = part.codes, uses[dictionary]?.isSparse(part.values) == true {
        let base = add(part.values.take(own))
        codes.append(contentsOf: base..<base + Int32(own.count))
        continue
      }
      let base = bases[dictionary] ?? add(part.values)
      bases[dictionary] = base
      codes.append(contentsOf: (part.codes ?? Array(0..<Int32(part.count))).map { $0 + base })
    }
    return StringColumn(values: StringValues(offsets: offsets, bytes: bytes), codes: codes)
  }
}

/// What the rows of some columns use of a dictionary: a few rows of each of many large ones must not
/// bring all of them along.
private struct DictionaryUse {
  private var rows = 0
  private var bytes = 0

  /// By dictionary.
  static func of(_ parts: [StringColumn]) -> [ObjectIdentifier: DictionaryUse] {
    var uses: [ObjectIdentifier: DictionaryUse] = [:]
    for part in parts {
      uses[ObjectIdentifier(part.values), default: DictionaryUse()].rows += part.count
    }
    for part in parts {
      let dictionary = ObjectIdentifier(part.values)
      guard let codes = part.codes, let use = uses[dictionary], part.values.count > use.rows else {
        continue
      }
      var used = 0
      for code in codes {
        used += Int(part.values.offsets[Int(code) + 1] - part.values.offsets[Int(code)])
      }
      uses[dictionary]?.bytes += used
    }
    return uses
  }

  /// The bytes of the parts' values put together: a dictionary counts once, rows that are packed
  /// count by themselves.
  static func byteCount(
    of parts: [StringColumn], _ uses: [ObjectIdentifier: DictionaryUse]
  ) -> Int {
    var (packed, whole): (Set<ObjectIdentifier>, Set<ObjectIdentifier>) = ([], [])
    var total = 0
    for part in parts {
      let dictionary = ObjectIdentifier(part.values)
      if part.codes != nil, let use = uses[dictionary], use.isSparse(part.values) {
        // All rows of the dictionary, counted at the first part that has it.
        if packed.insert(dictionary).inserted { total += use.bytes }
      } else if whole.insert(dictionary).inserted {
        total += part.values.bytes.count
      }
    }
    return total
  }

  /// Whether the rows, packed one by one, are shorter than the dictionary.
  func isSparse(_ values: StringValues) -> Bool {
    values.count > rows && bytes < values.bytes.count
  }
}

/// `values` at `indices`.
private func gather<Element: BitwiseCopyable>(_ values: [Element], _ indices: [Int32]) -> [Element]
{
  unsafe [Element](unsafeUninitializedCapacity: indices.count) { buffer, initialized in
    for (position, index) in indices.enumerated() {
      unsafe buffer[position] = values[Int(index)]
    }
    initialized = indices.count
  }
}
