/// Whether texts have the form of dates and times. Values are the binder's to compute.
enum CalendarText {
  /// `YYYY-MM-DD`, a day of the proleptic Gregorian calendar in years 1 to 9999.
  static func isDate(_ text: String) -> Bool {
    isDate(Array(text.utf8)[...])
  }

  /// A date, then optionally `T` or a space and `hh:mm[:ss[.ffffff]]`, then optionally `Z` or `±hh[:mm]`.
  static func isTimestamp(_ text: String) -> Bool {
    let bytes = Array(text.utf8)[...]
    guard bytes.count >= 10, isDate(bytes.prefix(10)) else { return false }
    var rest = bytes.dropFirst(10)
    guard let separator = rest.popFirst() else { return true }
    guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " ") else { return false }
    guard takeNumber(&rest, below: 24), takeSymbol(&rest, ":"), takeNumber(&rest, below: 60) else {
      return false
    }
    if takeSymbol(&rest, ":") {
      guard takeNumber(&rest, below: 60) else { return false }
      if takeSymbol(&rest, ".") {
        let digits = rest.prefix(while: { Lexer.isDigit($0) }).count
        guard digits >= 1, digits <= 9 else { return false }
        rest = rest.dropFirst(digits)
      }
    }
    return isZone(rest)
  }

  private static func isZone(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    if rest.isEmpty { return true }
    if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
    if rest.elementsEqual("Z".utf8) || rest.elementsEqual("UTC".utf8) { return true }
    guard takeSymbol(&rest, "+") || takeSymbol(&rest, "-"), takeNumber(&rest, below: 16) else {
      return false
    }
    if rest.isEmpty { return true }
    _ = takeSymbol(&rest, ":")
    return takeNumber(&rest, below: 60) && rest.isEmpty
  }

  private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count == 10 else { return false }
    let bytes = Array(text)
    guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return false }
    guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10])
    else { return false }
    return year >= 1 && month >= 1 && month <= 12 && day >= 1
      && day <= length(ofMonth: month, year: year)
  }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard Lexer.isDigit(digit) else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }

  private static func takeNumber(_ rest: inout ArraySlice<UInt8>, below limit: Int) -> Bool {
    guard rest.count >= 2, let value = number(rest.prefix(2)), value < limit else { return false }
    rest = rest.dropFirst(2)
    return true
  }

  private static func takeSymbol(_ rest: inout ArraySlice<UInt8>, _ symbol: Character) -> Bool {
    guard rest.first == symbol.asciiValue else { return false }
    rest = rest.dropFirst()
    return true
  }
}
