import FileStorage

/// Paths with `*`, `?` and `[…]`, resolved to files.
enum FilePattern {
  /// The files that a pattern names, ascending by bytes; a plain path is itself, there or not.
  static func files(_ pattern: String, in store: any FileStore) throws(IngestError) -> [String] {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: true).map {
      Array($0.utf8)
    }
    guard parts.contains(where: isPattern) else { return [pattern] }
    var found = [pattern.hasPrefix("/") ? "/" : ""]
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      var next: [String] = []
      for directory in found {
        if isPattern(part) {
          for entry in try list(directory.isEmpty ? "." : directory, store)
          where entry.isDirectory != isLast && matches(Array(entry.name.utf8)[...], part[...]) {
            next.append(joinPath(directory, entry.name))
          }
        } else {
          next.append(joinPath(directory, String(decoding: part, as: UTF8.self)))
        }
      }
      found = next
    }
    guard !found.isEmpty else {
      throw IngestError(
        .unreadable(FileError(.notFound, path: pattern, operation: "list")), file: pattern,
        expected: "a file that fits the pattern", found: "none",
        help: "check the path and what is in the directory")
    }
    return found
  }

  private static func list(
    _ directory: String, _ store: any FileStore
  ) throws(IngestError) -> [DirectoryEntry] {
    do throws(FileError) { return try store.list(directory) } catch {
      // A pattern in a directory name may also meet files.
      if error.reason == .notADirectory { return [] }
      throw IngestError(error)
    }
  }

  private static func isPattern(_ part: [UInt8]) -> Bool {
    part.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
  }

  /// Shell matching of one part of a path; a leading dot has to be written out.
  ///
  /// A star remembers where it stood and takes one byte more whenever the rest does not match, so
  /// the time is at most the product of the lengths.
  static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
    var name = name
    var pattern = pattern
    var retry: (name: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while !name.isEmpty {
      if pattern.first == UInt8(ascii: "*") {
        pattern.removeFirst()
        retry = (name, pattern)
        continue
      }
      if let rest = one(name[name.startIndex], pattern) {
        name.removeFirst()
        pattern = rest
        continue
      }
      guard var last = retry, !last.name.isEmpty else { return false }
      last.name.removeFirst()
      retry = last
      (name, pattern) = last
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// The rest of the pattern when its first element fits the byte.
  private static func one(_ byte: UInt8, _ pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = pattern.first else { return nil }
    if first == UInt8(ascii: "?") { return pattern.dropFirst() }
    if first == UInt8(ascii: "["), let close = pattern.dropFirst(2).firstIndex(of: 0x5D) {
      var members = pattern[(pattern.startIndex + 1)..<close]
      let isNegated = members.first == UInt8(ascii: "!")
      if isNegated { members.removeFirst() }
      var isMember = false
      while let low = members.popFirst() {
        if members.count >= 2, members.first == UInt8(ascii: "-") {
          members.removeFirst()
          if let high = members.popFirst(), low <= byte, byte <= high { isMember = true }
        } else if low == byte {
          isMember = true
        }
      }
      return isMember != isNegated ? pattern[(close + 1)...] : nil
    }
    return first == byte ? pattern.dropFirst() : nil
  }
}
