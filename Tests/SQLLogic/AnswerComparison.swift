/// Compares an answer with the expected one.
enum AnswerComparison {
  enum Outcome: Equatable { case equal, otherOrder, different(String) }

  /// - Parameters:
  ///   - isUnordered: Rows may come in any order.
  ///   - allowed: The pairs of cells, ours and the expected one, that count as the same besides.
  static func compare(
    _ rows: [[String]], _ expected: [[String]], isUnordered: Bool, allowing allowed: CellRule? = nil
  ) -> Outcome {
    func isSame(_ row: [String], _ expected: [String]) -> Bool {
      row.count == expected.count
        && zip(row, expected).allSatisfy {
          AnswerComparison.isSame($0, $1) || allowed?.allows($0, $1) ?? false
        }
    }
    guard rows.count == expected.count else {
      return .different("\(rows.count) rows, not \(expected.count)")
    }
    let wrong = zip(rows, expected).first { !isSame($0, $1) }
    guard let wrong else { return .equal }
    // Sorting brings most rows together; what is left (1.0 beside 1) is looked for.
    var left = expected.sorted { $0.lexicographicallyPrecedes($1) }
    for row in rows.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let place = left.prefix(2000).firstIndex(where: { isSame(row, $0) }) else {
        return .different(
          "\(wrong.0.joined(separator: "|")) instead of \(wrong.1.joined(separator: "|"))")
      }
      left.remove(at: place)
    }
    return isUnordered ? .equal : .otherOrder
  }

  static func isSame(_ cell: String, _ expected: String) -> Bool {
    if cell == expected { return true }
    if let trimmed = trimmed(expected) { return isSame(cell, trimmed) }
    if expected.hasPrefix("<REGEX>:") { return matches(cell, String(expected.dropFirst(8))) }
    if expected.hasPrefix("<!REGEX>:") { return !matches(cell, String(expected.dropFirst(9))) }
    if let bit = truth(expected), let other = truth(cell) { return bit == other }
    if let number = Double(cell), let wanted = Double(expected) {
      return isClose(number, wanted, cell, expected)
    }
    if cell.hasPrefix("["), expected.hasPrefix("[") { return isSameList(cell, expected) }
    return false
  }

  /// The cell without blanks around it and without the offset of UTC; nil when there are none.
  private static func trimmed(_ expected: String) -> String? {
    if expected.hasPrefix("<") { return nil }
    var text = expected[...]
    while text.first == " " || text.first == "\t" { text = text.dropFirst() }
    while text.last == " " || text.last == "\t" { text = text.dropLast() }
    if text.count > 18, text.hasSuffix("+00") { text = text.dropLast(3) }
    return text.count == expected.count ? nil : String(text)
  }

  private static func matches(_ cell: String, _ pattern: String) -> Bool {
    guard let regex = try? Regex(pattern).dotMatchesNewlines() else { return false }
    return cell.wholeMatch(of: regex) != nil
  }

  private static func truth(_ cell: String) -> Bool? {
    switch cell {
    case "true", "True", "TRUE", "1": true
    case "false", "False", "FALSE", "0": false
    default: nil
    }
  }

  /// Whole numbers are compared digit by digit; others to the last place that is written, or to
  /// nine digits.
  private static func isClose(
    _ number: Double, _ wanted: Double, _ cell: String, _ expected: String
  ) -> Bool {
    if number == wanted {
      return !(isWhole(cell) && isWhole(expected)) || number.magnitude < 0x1p53
    }
    if number.isNaN && wanted.isNaN { return true }
    if isWhole(cell), isWhole(expected) { return false }
    let difference = (number - wanted).magnitude
    if difference <= 1e-9 * wanted.magnitude { return true }
    let places = min(places(cell), places(expected))
    guard places > 2 else { return false }
    var unit = 1.0
    for _ in 0..<places { unit /= 10 }
    return difference <= unit
  }

  private static func isWhole(_ cell: String) -> Bool {
    cell.utf8.allSatisfy { $0 == UInt8(ascii: "-") || ($0 >= 48 && $0 <= 57) }
  }

  static func places(_ cell: String) -> Int {
    if cell.contains("e") { return 0 }
    return cell.split(separator: ".").dropFirst().first?.count ?? 0
  }

  private static func isSameList(_ cell: String, _ expected: String) -> Bool {
    func members(_ text: String) -> [Substring] {
      text.filter { $0 != "'" }.split(omittingEmptySubsequences: false) {
        $0 == "," || $0 == "[" || $0 == "]"
      }.map { part in part.drop { $0 == " " } }
    }
    let (ours, theirs) = (members(cell), members(expected))
    return ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { isSame(String($0), String($1)) }
  }
}
