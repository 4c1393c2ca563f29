import FileStorage

/// Finds and checks a deletion vector ("Deletion Vectors", "Deletion Vector File Storage Format").
struct DeletionVectorLoader {
  let table: String
  let store: any FileStore

  func load(_ descriptor: DeletionVectorDescriptor) throws(DeltaError) -> DeletionVector {
    let bytes: ArraySlice<UInt8>
    let place: String
    switch descriptor.storage {
    case .inline:
      place = "inline"
      guard let decoded = Z85.decode(descriptor.pathOrInline.utf8),
        descriptor.sizeInBytes >= 0, descriptor.sizeInBytes <= decoded.count
      else { throw fault(place, "the inline text is not base 85 of its size") }
      bytes = decoded[0..<Int(descriptor.sizeInBytes)]
    case .relative:
      place = try relativePath(descriptor)
      bytes = try stored(descriptor, at: table + "/" + place)
    case .absolute:
      guard let path = DeltaPath.resolved(descriptor.pathOrInline, table: table) else {
        throw fault(descriptor.pathOrInline, "the path is not a local file's")
      }
      place = path
      bytes = try stored(descriptor, at: path)
    }
    guard
      let vector = DeletionVector(parsing: bytes, rowLimit: descriptor.cardinality)
    else {
      throw fault(
        place, "it is not a 64-bit Roaring bitmap of at most \(descriptor.cardinality) rows")
    }
    guard Int64(vector.rows.count) == descriptor.cardinality else {
      throw fault(
        place, "it removes \(vector.rows.count) rows, the log says \(descriptor.cardinality)")
    }
    return vector
  }

  /// `<prefix>/deletion_vector_<uuid>.bin`; the last 20 characters are the UUID in base 85.
  private func relativePath(_ descriptor: DeletionVectorDescriptor) throws(DeltaError) -> String {
    let text = Array(descriptor.pathOrInline.utf8)
    guard text.count >= 20, let uuid = Z85.decode(text[(text.count - 20)...]) else {
      throw fault(descriptor.pathOrInline, "it does not end in a UUID in base 85")
    }
    let digits = Array("0123456789abcdef".utf8)
    var name: [UInt8] = []
    for (index, byte) in uuid.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { name.append(UInt8(ascii: "-")) }
      name.append(digits[Int(byte >> 4)])
      name.append(digits[Int(byte & 15)])
    }
    let prefix = String(decoding: text[..<(text.count - 20)], as: UTF8.self)
    let file = "deletion_vector_" + String(decoding: name, as: UTF8.self) + ".bin"
    return prefix.isEmpty ? file : prefix + "/" + file
  }

  private func stored(
    _ descriptor: DeletionVectorDescriptor, at path: String
  ) throws(DeltaError) -> ArraySlice<UInt8> {
    let offset = Int(descriptor.offset ?? 0)
    guard let size = Int(exactly: descriptor.sizeInBytes), size >= 0, size <= Int(Int32.max),
      offset >= 0
    else { throw fault(path, "its offset or size is out of range") }
    let bytes: [UInt8]
    do {
      let file = try store.open(path)
      let version = try file.read(at: 0, count: 1)
      guard version == [1] else { throw fault(path, "its format version is \(version[0]), not 1") }
      bytes = try file.read(at: offset, count: size + 8)
    } catch let error as FileError {
      throw .disk(error, table: table, file: path)
    } catch let error as DeltaError {
      throw error
    } catch {
      throw fault(path, "it cannot be read")
    }
    guard bigEndian(bytes[0..<4]) == UInt32(size) else {
      throw fault(path, "its size in the file differs from \(size) in the log")
    }
    let data = bytes[4..<(4 + size)]
    guard CRC32.checksum(data) == bigEndian(bytes[(4 + size)...]) else {
      throw fault(path, "its checksum does not fit its content")
    }
    return data
  }

  private func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private func fault(_ place: String, _ detail: String) -> DeltaError {
    .corrupt("Deletion Vector Format", table: table, file: place, "the deletion vector: " + detail)
  }
}

/// The CRC-32 of zlib and gzip (polynomial 0xEDB88320, reflected).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 != 0 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
  }
}
