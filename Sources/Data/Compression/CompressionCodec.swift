/// How a block of bytes is compressed.
package enum CompressionCodec: Sendable, Hashable, CaseIterable {
  case none
  case snappy
  case gzip
  case zstd
  /// One LZ4 block without framing.
  case lz4Raw
  /// LZ4 blocks in Hadoop's framing, or a bare block: the deprecated `LZ4` of Parquet, written both
  /// ways.
  case lz4Hadoop
  /// Known by name, not readable here.
  case brotli
  /// Known by name, not readable here.
  case lzo

  package var name: String {
    switch self {
    case .none: "uncompressed"
    case .snappy: "snappy"
    case .gzip: "gzip"
    case .zstd: "zstd"
    case .lz4Raw: "lz4_raw"
    case .lz4Hadoop: "lz4"
    case .brotli: "brotli"
    case .lzo: "lzo"
    }
  }

  package var isReadable: Bool { self != .brotli && self != .lzo }
  package var isWritable: Bool { isReadable && self != .lz4Hadoop }
}
