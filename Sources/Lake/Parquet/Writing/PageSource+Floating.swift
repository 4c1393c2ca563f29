import Compression

extension PageSource {
  /// A dictionary, PLAIN or BYTE_STREAM_SPLIT: whichever zstd leaves smallest on a sample.
  ///
  /// - Parameter pattern: An integer as wide as a value.
  static func floating<Number: BitwiseCopyable, Pattern: FixedWidthInteger & BitwiseCopyable>(
    _ values: [Number], as pattern: Pattern.Type, _ worker: ColumnWorker,
    bounds: @escaping (Range<Int>) -> (bounds: Bounds, nanCount: Int)
  ) throws(ParquetError) -> PageSource {
    let sample = sampleRange(values.count)
    let plain = ByteSink()
    PlainEncoder.encode(values.span.extracting(sample), into: plain)
    let plainSize = min(try worker.compressedSize(plain), plain.count)
    let whole = plainSize * values.count / max(1, sample.count)
    if let source = dictionary(of: values, as: pattern, against: whole) {
      return PageSource(
        encoding: .rleDictionary, dictionary: source.dictionary, encode: source.encode,
        bounds: bounds)
    }
    let split = ByteSink()
    ByteStreamSplitEncoder.encode(values.span.extracting(sample), into: split)
    if splitPays(try worker.compressedSize(split), against: plainSize, raw: plain.count) {
      return PageSource(
        encoding: .byteStreamSplit,
        encode: { ByteStreamSplitEncoder.encode(values.span.extracting($0), into: $1) },
        bounds: bounds)
    }
    return PageSource(
      encoding: .plain,
      encode: { PlainEncoder.encode(values.span.extracting($0), into: $1) }, bounds: bounds)
  }

  /// 4,096 values from the middle: enough to tell noise from pattern at a small part of the cost.
  private static func sampleRange(_ count: Int) -> Range<Int> {
    let size = min(count, 4096)
    let start = (count - size) / 2
    return start..<start + size
  }

  /// Split streams must save a tenth of what PLAIN compresses to; a fifth where PLAIN would stay
  /// uncompressed, which a reader gets for nothing.
  private static func splitPays(_ size: Int, against plain: Int, raw: Int) -> Bool {
    plain * 10 < raw * 9 ? size * 10 < plain * 9 : size * 5 < raw * 4
  }
}
