import Columnar

/// Numbers as small drawings of block characters.
enum BarText {
  static let width = 10
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  private static let heights = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// A bar as long as the value's part of the largest; at most `width` columns.
  static func bar(_ value: Double, of largest: Double) -> String {
    guard value.isFinite, largest > 0, largest.isFinite else { return "" }
    let length = Int((min(1, abs(value) / largest) * Double(width * 8)).rounded())
    return String(repeating: "█", count: length / 8) + eighths[length % 8]
  }

  /// A curve through at most `limit` values; longer lists are averaged by stretches.
  static func curve(_ values: [Double], limit: Int = 24) -> String {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "" }
    let count = min(limit, finite.count)
    var text = ""
    for index in 0..<count {
      let part = finite[index * finite.count / count..<(index + 1) * finite.count / count]
      let mean = part.reduce(0, +) / Double(part.count)
      let height = high > low ? Int(((mean - low) / (high - low) * 7).rounded()) : 3
      text += heights[min(7, max(0, height))]
    }
    return text
  }

  static func number(_ value: Value) -> Double? {
    switch value {
    case .int32(let number): Double(number)
    case .int64(let number): Double(number)
    case .float(let number): Double(number)
    case .double(let number): number
    case .decimal(let number): number.double
    default: nil
    }
  }

  /// The numbers of a list; nil when it holds something else.
  static func numbers(_ value: Value) -> [Double]? {
    guard case .list(let members) = value else { return nil }
    let numbers = members.compactMap(number)
    return numbers.count == members.count ? numbers : nil
  }
}
