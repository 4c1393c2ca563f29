import Columnar
import Compression

/// The values of a column chunk with the encoding chosen for them, ready to be written by the page.
struct PageSource {
  var encoding: Encoding
  /// The PLAIN content of the dictionary page and its number of entries.
  var dictionary: (content: ByteSink, count: Int)?
  /// Positions of strings that are not in a dictionary.
  var offsets: [Int]?
  /// Appends the encoded values of a range.
  var encode: (Range<Int>, ByteSink) -> Void
  /// The bounds of a range, and how many NaN it has.
  var bounds: (Range<Int>) -> (bounds: Bounds, nanCount: Int)
}

extension PageSource {
  /// Chooses the encoding that makes the values small, by trying on them or on a sample.
  init(_ values: LeafValues, _ leaf: LeafColumn, _ worker: ColumnWorker) throws(ParquetError) {
    switch values {
    case .boolean(let values): self = PageSource.booleans(values)
    case .int32(let values):
      self = PageSource.integers(values) { NumberBounds.of(values.span.extracting($0)) }
    case .int64(let values):
      self = PageSource.integers(values) { NumberBounds.of(values.span.extracting($0)) }
    case .int128(let values): self = PageSource.wideDecimals(values, width: leaf.byteWidth)
    case .float(let values):
      self = try PageSource.floating(values, as: UInt32.self, worker) {
        NumberBounds.of(values.span.extracting($0))
      }
    case .double(let values):
      self = try PageSource.floating(values, as: UInt64.self, worker) {
        NumberBounds.of(values.span.extracting($0))
      }
    case .string(let segments): self = PageSource.strings(segments)
    }
  }

  /// The data pages of a dictionary: one byte of width, then the codes.
  ///
  /// The width is at least 1, because some readers take 0 for damage.
  static func codeEncoder(_ codes: [UInt32], count: Int) -> (Range<Int>, ByteSink) -> Void {
    let width = max(1, RLEHybridEncoder.width(forMaximum: count - 1))
    return { range, sink in
      sink.append(UInt8(width))
      RLEHybridEncoder.encode(codes.span.extracting(range), width: width, into: sink)
    }
  }

  /// About how many bytes the codes take: runs are counted, because they can make them vanish.
  static func estimatedSize(_ codes: [UInt32], distinct: Int) -> Int {
    let width = max(1, RLEHybridEncoder.width(forMaximum: distinct - 1))
    let packed = codes.count * width / 8
    var changes = 0
    let span = codes.span
    for index in span.indices.dropFirst() {
      changes &+= span[index] != span[index &- 1] ? 1 : 0
    }
    return min(packed, (changes + 1) * 4)
  }

  private static func booleans(_ values: [UInt8]) -> PageSource {
    let runs = ByteSink()
    RLEHybridEncoder.encode(values.span, width: 1, into: runs)
    let isRunny = runs.count * 4 < values.count / 8
    return PageSource(
      encoding: isRunny ? .rle : .plain,
      encode: { range, sink in
        guard isRunny else {
          return PlainEncoder.encode(booleans: values.span.extracting(range), into: sink)
        }
        let start = sink.count
        sink.append(littleEndian: UInt32(0))
        RLEHybridEncoder.encode(values.span.extracting(range), width: 1, into: sink)
        sink.overwrite(littleEndian: UInt32(sink.count - start - 4), at: start)
      },
      bounds: { (NumberBounds.of(values.span.extracting($0)), 0) })
  }

  private static func wideDecimals(_ values: [Int128], width: Int) -> PageSource {
    PageSource(
      encoding: .plain,
      encode: { PlainEncoder.encode(values.span.extracting($0), width: width, into: $1) },
      bounds: { (NumberBounds.of(values.span.extracting($0)), 0) })
  }
}
