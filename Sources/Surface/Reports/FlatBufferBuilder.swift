/// Builds one FlatBuffers message, back to front (FlatBuffers "Internals").
///
/// Objects are named by their distance from the end of the buffer, which does not change as more
/// is put before them.
struct FlatBufferBuilder {
  /// Last byte first.
  private var reversed: [UInt8] = []
  private var widestAlignment = 1

  typealias Place = Int

  /// The finished buffer with its root table.
  mutating func finished(root: Place) -> [UInt8] {
    align(max(widestAlignment, 4), before: 4)
    putOffset(root)
    return reversed.reversed()
  }

  mutating func put(_ value: some FixedWidthInteger) {
    let width = value.bitWidth / 8
    align(width, before: width)
    // Little-endian in the buffer, so the most significant byte comes first here.
    for index in stride(from: width - 1, through: 0, by: -1) {
      reversed.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
    }
  }

  mutating func string(_ text: String) -> Place {
    let bytes = Array(text.utf8)
    align(4, before: bytes.count + 1)
    reversed.append(0)
    reversed += bytes.reversed()
    put(UInt32(bytes.count))
    return reversed.count
  }

  mutating func vector(of places: [Place]) -> Place {
    align(4, before: places.count * 4)
    for place in places.reversed() { putOffset(place) }
    put(UInt32(places.count))
    return reversed.count
  }

  /// A vector of structures of 64-bit numbers, each of `width` numbers.
  mutating func vector(structures numbers: [Int64], width: Int) -> Place {
    align(8, before: numbers.count * 8)
    align(4, before: numbers.count * 8)
    for number in numbers.reversed() { put(number) }
    put(UInt32(numbers.count / max(1, width)))
    return reversed.count
  }

  /// A field of a table: a number, or something that was built before.
  enum Field {
    case int64(Int64)
    case int32(Int32)
    case int16(Int16)
    case byte(UInt8)
    case place(Place)
  }

  /// - Parameter fields: By their numbers in the schema; nil is left at its default.
  mutating func table(_ fields: [Field?]) -> Place {
    let start = reversed.count
    var places = [Int](repeating: 0, count: fields.count)
    // The widest first, so that nothing has to be padded between them.
    for width in [8, 4, 2, 1] {
      for (index, field) in fields.enumerated() {
        guard let field, FlatBufferBuilder.width(field) == width else { continue }
        switch field {
        case .int64(let value): put(value)
        case .int32(let value): put(value)
        case .int16(let value): put(value)
        case .byte(let value): put(value)
        case .place(let place): putOffset(place)
        }
        places[index] = reversed.count
      }
    }
    // The offset of the table to its description, which comes right before it.
    align(4, before: 4)
    let table = reversed.count + 4
    let descriptionSize = 4 + 2 * fields.count
    put(Int32(descriptionSize))
    for place in places.reversed() {
      put(place == 0 ? UInt16(0) : UInt16(table - place))
    }
    put(UInt16(table - start))
    put(UInt16(descriptionSize))
    return table
  }

  private static func width(_ field: Field) -> Int {
    switch field {
    case .int64: 8
    case .int32, .place: 4
    case .int16: 2
    case .byte: 1
    }
  }

  private mutating func putOffset(_ place: Place) {
    align(4, before: 4)
    put(UInt32(reversed.count + 4 - place))
  }

  /// Pads so that after `count` more bytes the place is a multiple of `alignment` from the end.
  private mutating func align(_ alignment: Int, before count: Int) {
    widestAlignment = max(widestAlignment, alignment)
    while (reversed.count + count) % alignment != 0 { reversed.append(0) }
  }
}
