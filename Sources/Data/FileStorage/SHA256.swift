import CCrypto

/// SHA-256 of bytes that arrive piece by piece.
@safe package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  package init() {
    // Safe: libcrypto returns nil only when memory is exhausted; nothing can go on then.
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { preconditionFailure("libcrypto has no memory for a SHA-256 context") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  package mutating func update(_ bytes: [UInt8]) {
    _ = unsafe bytes.withUnsafeBytes { buffer in
      unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    _ = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  package consuming func finalize() -> FileDigest {
    var bytes = [UInt8](repeating: 0, count: 32)
    // Safe: SHA-256 writes exactly 32 bytes.
    _ = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
    }
    return FileDigest(bytes: bytes) ?? .zero
  }

  /// The digest of bytes at hand.
  package static func digest(_ bytes: [UInt8]) -> FileDigest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// The digest of a text's UTF-8 bytes.
  package static func digest(_ text: String) -> FileDigest { digest(Array(text.utf8)) }

  /// The digest of a whole file, read in pieces of 1 MiB.
  package static func digest(of file: any ReadableFile) throws(FileError) -> FileDigest {
    var hash = SHA256()
    var offset = 0
    while offset < file.size {
      let count = min(1 << 20, file.size - offset)
      hash.update(try file.read(at: offset, count: count))
      offset += count
    }
    return hash.finalize()
  }
}
