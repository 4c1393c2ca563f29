import Glibc

/// Keeps the input at hand in a file that outlives a crash: memory that the kernel writes back, so it
/// costs a copy and no call.
@safe final class BlackBox {
  private static let capacity = 1 << 20
  private let memory: UnsafeMutableRawBufferPointer

  /// Nil when the file cannot be made.
  init?(path: String) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard ftruncate(descriptor, BlackBox.capacity + 8) == 0 else { return nil }
    // Safe: the mapping is as long as the file, and lives as long as the process.
    let address = unsafe mmap(
      nil, BlackBox.capacity + 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard unsafe address != MAP_FAILED, let address = unsafe address else { return nil }
    unsafe memory = UnsafeMutableRawBufferPointer(start: address, count: BlackBox.capacity + 8)
  }

  /// The length in the first eight bytes, then the input as far as there is room.
  func note(_ input: [UInt8]) {
    let count = min(input.count, BlackBox.capacity)
    // Safe: `count` is at most the room behind the length.
    unsafe memory.storeBytes(of: Int64(count), as: Int64.self)
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[8..<8 + count])
      .copyBytes(from: input[0..<count])
  }
}

/// Files of the corpus.
enum CorpusFiles {
  static func inputs(in directory: String) -> [(name: String, bytes: [UInt8])] {
    guard let handle = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().map { ($0, bytes(of: directory + "/" + $0)) }
  }

  private static func bytes(of path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else { return [] }
    defer { unsafe fclose(file) }
    unsafe fseek(file, 0, SEEK_END)
    let size = unsafe max(0, ftell(file))
    unsafe rewind(file)
    var bytes = [UInt8](repeating: 0, count: size)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, size, file) }
    return Array(bytes.prefix(count))
  }
}
