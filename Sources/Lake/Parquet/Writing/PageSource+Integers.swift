extension PageSource {
  /// A dictionary where it is clearly smaller, else packed differences, PLAIN for noise that fills
  /// the type.
  static func integers<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ values: [Number], bounds: @escaping (Range<Int>) -> Bounds
  ) -> PageSource where Number.Magnitude: BitwiseCopyable {
    let delta = ByteSink()
    DeltaBinaryPackedEncoder.encode(values.span, into: delta)
    if let source = dictionary(of: values, as: Number.self, against: delta.count) {
      return PageSource(
        encoding: .rleDictionary, dictionary: source.dictionary, encode: source.encode,
        bounds: { (bounds($0), 0) })
    }
    if delta.count >= values.count * MemoryLayout<Number>.size {
      return PageSource(
        encoding: .plain,
        encode: { PlainEncoder.encode(values.span.extracting($0), into: $1) },
        bounds: { (bounds($0), 0) })
    }
    return PageSource(
      encoding: .deltaBinaryPacked,
      encode: { DeltaBinaryPackedEncoder.encode(values.span.extracting($0), into: $1) },
      bounds: { (bounds($0), 0) })
  }

  /// The dictionary of some numbers and the encoder of its codes, nil when it is not clearly
  /// smaller than `size` bytes.
  static func dictionary<Number: BitwiseCopyable, Pattern: FixedWidthInteger & BitwiseCopyable>(
    of values: [Number], as pattern: Pattern.Type, against size: Int
  ) -> (dictionary: (content: ByteSink, count: Int), encode: (Range<Int>, ByteSink) -> Void)? {
    guard
      let found = NumberDictionaryEncoder.encode(
        values.span, as: pattern, limit: max(256, values.count / 8)),
      !found.codes.isEmpty,
      dictionaryPays(
        found.codes, found.distinct.count, width: MemoryLayout<Pattern>.size, against: size)
    else { return nil }
    // The bit patterns are the PLAIN bytes.
    let content = ByteSink()
    PlainEncoder.encode(found.distinct.span, into: content)
    return (
      (content, found.distinct.count), codeEncoder(found.codes, count: found.distinct.count)
    )
  }

  /// Whether a dictionary is clearly smaller than the bytes it would replace.
  static func dictionaryPays(
    _ codes: [UInt32], _ distinct: Int, width: Int, against size: Int
  ) -> Bool {
    (estimatedSize(codes, distinct: distinct) + distinct * width) * 10 < size * 9
  }
}
