import Glibc

/// Reads lines from a descriptor, or from text that a test wrote.
package final class LineSource {
  private let descriptor: Int32?
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false

  package init(descriptor: Int32) { self.descriptor = descriptor }

  package init(text: String) {
    descriptor = nil
    buffer = Array(text.utf8)
    isAtEnd = true
  }

  /// The next line without its line break; nil at the end.
  package func nextLine() -> String? {
    var searched = position
    while true {
      if let newline = buffer[searched...].firstIndex(of: 0x0A) {
        var end = newline
        if end > position, buffer[end - 1] == 0x0D { end -= 1 }
        let line = String(decoding: buffer[position..<end], as: UTF8.self)
        position = newline + 1
        return line
      }
      searched = buffer.count
      guard !isAtEnd else { break }
      if position > 0 {
        buffer.removeFirst(position)
        searched -= position
        position = 0
      }
      fill()
    }
    guard position < buffer.count else { return nil }
    let line = String(decoding: buffer[position...], as: UTF8.self)
    position = buffer.count
    return line
  }

  /// Everything that is left.
  package func rest() -> [UInt8] {
    while !isAtEnd { fill() }
    defer { position = buffer.count }
    return Array(buffer[position...])
  }

  private func fill() {
    guard let descriptor else { return }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // Safe: the pointer lives through the call, and the count is that of the array.
      let count = unsafe chunk.withUnsafeMutableBytes { raw in
        unsafe read(descriptor, raw.baseAddress, raw.count)
      }
      if count > 0 {
        buffer += chunk[..<count]
        return
      }
      if count < 0, errno == EINTR { continue }
      isAtEnd = true
      return
    }
  }
}
