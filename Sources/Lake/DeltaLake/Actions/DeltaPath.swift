/// The path of an `add` or `remove`: a URI of RFC 2396, relative to the table or absolute.
package enum DeltaPath {
  /// The file's path as the table names it: decoded, without `file:`, and relative when it lies
  /// below the table. Two spellings of one file give the same text.
  ///
  /// - Returns: nil for a URI with another scheme than `file`, or a broken escape.
  package static func canonical(_ path: String, table: String) -> String? {
    let isPlain = path.utf8.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: ":") }
    if isPlain, let first = path.utf8.first, first != UInt8(ascii: "/") { return path }
    var rest = path[...]
    if let scheme = scheme(of: rest) {
      guard scheme.lowercased() == "file" else { return nil }
      rest = rest.dropFirst(scheme.utf8.count + 1)
      if rest.hasPrefix("//") {
        // An authority may stand between two slashes and the path; a local one is empty.
        rest = rest.dropFirst(2)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        rest = rest[slash...]
      }
      while rest.hasPrefix("//") { rest = rest.dropFirst() }
    }
    guard let decoded = decoded(String(rest)), !decoded.isEmpty else { return nil }
    let root = table.hasSuffix("/") ? table : table + "/"
    if decoded.hasPrefix("/"), decoded.hasPrefix(root) {
      return String(decoded.dropFirst(root.count))
    }
    return decoded
  }

  /// The path to open: absolute as it is, else below the table.
  package static func resolved(_ path: String, table: String) -> String? {
    guard let canonical = canonical(path, table: table) else { return nil }
    if canonical.hasPrefix("/") { return canonical }
    return table.hasSuffix("/") ? table + canonical : table + "/" + canonical
  }

  /// Percent escapes resolved; nil when one is broken or the result is not UTF-8.
  package static func decoded(_ path: String) -> String? {
    guard path.utf8.contains(UInt8(ascii: "%")) else { return path }
    let bytes = Array(path.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "%") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
        let low = digit(bytes[index + 2])
      else { return nil }
      result.append(high << 4 | low)
      index += 3
    }
    return String(validating: result, as: UTF8.self)
  }

  /// A relative file path as a URI: everything but letters, digits and `-._~/=+,:@!$&'()*;` escaped.
  package static func encoded(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let plain = Array("-._~/=+,@!$&'()*;".utf8)
    var result: [UInt8] = []
    for byte in path.utf8 {
      let isAlphanumeric =
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
      if isAlphanumeric || plain.contains(byte) {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Letters, digits, `+`, `-` and `.` before the first colon, if no slash comes earlier.
  private static func scheme(of path: Substring) -> Substring? {
    guard let colon = path.firstIndex(where: { $0 == ":" || $0 == "/" }), path[colon] == ":",
      colon > path.startIndex, let first = path.utf8.first, (first | 0x20) &- 0x61 < 26
    else { return nil }
    let name = path[..<colon]
    let isScheme = name.utf8.allSatisfy {
      ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "+")
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
    return isScheme ? name : nil
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
