import Columnar
package import Lakehouse

/// The line under a result: `120 rows · 3.2 ms · 1.4 MB read · snapshot 42 · T 2025-06-23`.
package enum Footer {
  package static func text(
    _ summary: ResultSummary, rows: String, columns: String? = nil, showsTime: Bool = true
  ) -> String {
    var parts = [rows]
    if let columns { parts.append(columns) }
    if showsTime {
      parts.append(duration(summary.nanoseconds))
      if summary.bytesRead > 0 { parts.append(bytes(summary.bytesRead) + " read") }
    }
    if let snapshot = summary.snapshot { parts.append("snapshot \(snapshot)") }
    if let date = summary.businessDate { parts.append("T \(date)") }
    return parts.joined(separator: " · ")
  }

  /// `0.42 ms`, `3.2 ms`, `1.25 s`, `2 min 5 s`.
  package static func duration(_ nanoseconds: UInt64) -> String {
    let microseconds = nanoseconds / 1000
    switch microseconds {
    case ..<1000: return fixed(microseconds, decimals: 3, dropping: 1) + " ms"
    case ..<100_000: return fixed(microseconds, decimals: 3, dropping: 2) + " ms"
    case ..<1_000_000: return "\(microseconds / 1000) ms"
    case ..<60_000_000: return fixed(microseconds / 1000, decimals: 3, dropping: 1) + " s"
    default:
      let seconds = microseconds / 1_000_000
      return "\(seconds / 60) min \(seconds % 60) s"
    }
  }

  /// `512 bytes`, `23 kB`, `1.4 MB`, `2.07 GB`: powers of ten, three digits.
  package static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["bytes", "kB", "MB", "GB"] {
      if value < 999.5 || unit == "GB" {
        let places = unit == "bytes" || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let whole = Int((value * scale).rounded())
        guard places > 0 else { return grouped(String(whole)) + " " + unit }
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: places - fraction.utf8.count)
        return "\(whole / Int(scale)).\(zeros)\(fraction) \(unit)"
      }
      value /= 1000
    }
    return ""
  }

  /// `1 row`, `1,234 rows`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(grouped(String(number))) \(noun)\(number == 1 ? "" : "s")"
  }

  /// The number's text with a comma before every third digit of its whole part.
  package static func grouped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let start = bytes.first == UInt8(ascii: "-") ? 1 : 0
    var end = start
    while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
    guard end - start > 3 else { return text }
    var result = Array(bytes[..<start])
    for index in start..<end {
      if index > start, (end - index) % 3 == 0 { result.append(UInt8(ascii: ",")) }
      result.append(bytes[index])
    }
    return String(decoding: result + bytes[end...], as: UTF8.self)
  }

  private static func fixed(_ value: UInt64, decimals: Int, dropping: Int) -> String {
    var power: UInt64 = 1
    for _ in 0..<dropping { power *= 10 }
    var scale: UInt64 = 1
    for _ in 0..<(decimals - dropping) { scale *= 10 }
    let rounded = value / power
    let fraction = String(rounded % scale)
    let zeros = String(repeating: "0", count: decimals - dropping - fraction.utf8.count)
    return "\(rounded / scale).\(zeros)\(fraction)"
  }
}
