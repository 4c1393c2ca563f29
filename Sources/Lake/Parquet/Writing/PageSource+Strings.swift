import Columnar

extension PageSource {
  /// A dictionary where values repeat; shared prefixes left out where neighbours share many (sorted
  /// identifiers); else lengths and bytes apart.
  static func strings(_ segments: [StringSegment]) -> PageSource {
    let total = StringSegment.byteCount(segments)
    if let dictionary = StringDictionaryEncoder.encode(segments),
      !dictionary.codes.isEmpty,
      dictionaryPays(
        dictionary.codes, dictionary.strings.count, width: 4,
        against: total + dictionary.codes.count - dictionary.strings.bytes.count)
    {
      let content = ByteSink()
      let strings = dictionary.strings
      PlainEncoder.encode(strings, 0..<strings.count, into: content)
      var bounds = StringBounds(strings)
      return PageSource(
        encoding: .rleDictionary, dictionary: (content, strings.count),
        encode: codeEncoder(dictionary.codes, count: strings.count),
        bounds: { (bounds.bounds(codes: dictionary.codes[$0]), 0) })
    }
    let strings = StringSegment.packed(segments, byteCount: total)
    let bounds = StringBounds(strings)
    let prefixes = DeltaByteArrayEncoder.sharedPrefixes(strings)
    // A third of the bytes repeated from the neighbour pays for rebuilding each value in turn.
    let isIncremental =
      total > 0 && prefixes.reduce(0, { $0 &+ Int($1) }) * 3 > total
    return PageSource(
      encoding: isIncremental ? .deltaByteArray : .deltaLengthByteArray,
      offsets: strings.offsets,
      encode: { range, sink in
        if isIncremental {
          DeltaByteArrayEncoder.encodePrefixes(strings, shared: prefixes, range, into: sink)
        } else {
          DeltaByteArrayEncoder.encodeLengths(strings, range, into: sink)
        }
      },
      bounds: { (bounds.bounds($0), 0) })
  }
}

extension StringSegment {
  /// The bytes of all values, repetitions counted.
  static func byteCount(_ segments: [StringSegment]) -> Int {
    var total = 0
    for segment in segments {
      guard let codes = segment.codes else {
        total += segment.values.bytes.count
        continue
      }
      let offsets = segment.values.offsets
      for code in codes { total += Int(offsets[Int(code) + 1] - offsets[Int(code)]) }
    }
    return total
  }

  /// All values one after the other.
  static func packed(_ segments: [StringSegment], byteCount: Int) -> PackedStrings {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    var offsets: [Int] = [0]
    offsets.reserveCapacity(segments.reduce(1) { $0 + $1.count })
    for segment in segments {
      let base = bytes.count
      let source = segment.values
      guard let codes = segment.codes else {
        bytes.append(contentsOf: source.bytes)
        for offset in source.offsets.dropFirst() { offsets.append(base + Int(offset)) }
        continue
      }
      // Safe: the ranges come from checked subscripts of the offsets.
      unsafe source.bytes.withUnsafeBytes { buffer in
        for code in codes {
          unsafe bytes.append(contentsOf: buffer[source.range(Int(code))])
          offsets.append(bytes.count)
        }
      }
    }
    return PackedStrings(bytes: bytes, offsets: offsets)
  }
}
