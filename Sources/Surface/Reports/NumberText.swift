import Columnar

/// Writes numbers and times as digits, straight into memory.
///
/// Every function takes a place with room for `width` of its type and returns the bytes written.
enum NumberText {
  /// The most bytes that one value of the type takes; nil for types that are not written here.
  static func width(of type: DataType) -> Int? {
    switch type {
    case .boolean: 5
    case .int32: 11
    case .int64: 20
    case .float, .double: 26
    case .decimal(let precision, _): precision + 3
    // Days of Int32 reach years of seven digits; text of a timestamp has eight more than the date.
    case .date: 14
    case .timestamp, .timestampNTZ: 14 + 20
    default: nil
    }
  }

  @unsafe static func write(_ value: UInt64, at place: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 1
    var limit: UInt64 = 10
    while value >= limit {
      count &+= 1
      let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
      if overflow { break }
      limit = next
    }
    unsafe writeDigits(value, count: count, at: place)
    return count
  }

  /// Exactly `count` digits, with leading zeros.
  @unsafe static func writeDigits(
    _ value: UInt64, count: Int, at place: UnsafeMutablePointer<UInt8>
  ) {
    var rest = value
    var position = count
    while position > 0 {
      position &-= 1
      let quotient = rest / 10
      unsafe place[position] = 0x30 &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
      rest = quotient
    }
  }

  @unsafe static func write(_ value: Int64, at place: UnsafeMutablePointer<UInt8>) -> Int {
    guard value < 0 else { return unsafe write(UInt64(value), at: place) }
    unsafe place[0] = UInt8(ascii: "-")
    return unsafe 1 + write(value.magnitude, at: place + 1)
  }

  /// `mantissa · 10^-scale` with exactly `scale` decimals.
  @unsafe static func write(
    _ mantissa: Int64, scale: Int, at place: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = 0
    if mantissa < 0 {
      unsafe place[0] = UInt8(ascii: "-")
      count = 1
    }
    guard scale > 0 else { return unsafe count + write(mantissa.magnitude, at: place + count) }
    guard scale <= 18 else {
      return unsafe write(Int128(mantissa), scale: scale, at: place)
    }
    let power = UInt64(powersOfTen[scale])
    let whole = mantissa.magnitude / power
    count += unsafe write(whole, at: place + count)
    unsafe place[count] = UInt8(ascii: ".")
    unsafe writeDigits(mantissa.magnitude &- whole &* power, count: scale, at: place + count + 1)
    return count + 1 + scale
  }

  @unsafe static func write(
    _ mantissa: Int128, scale: Int, at place: UnsafeMutablePointer<UInt8>
  ) -> Int {
    if let narrow = Int64(exactly: mantissa), scale <= 18 {
      return unsafe write(narrow, scale: scale, at: place)
    }
    let text = Array(Decimal128(mantissa: mantissa, scale: scale).description.utf8)
    return unsafe write(text, at: place)
  }

  /// The shortest text that reads back as the same double; always with a point or an exponent.
  ///
  /// Values with few decimals, which is what prices and amounts are, take a path of integers: a
  /// number of at most fifteen digits is the shortest one that rounds to its double.
  @unsafe static func write(_ value: Double, at place: UnsafeMutablePointer<UInt8>) -> Int {
    let scaled = value * 10_000
    let whole = scaled.rounded()
    if whole.magnitude < 1e15, whole / 10_000 == value, value != 0, value.magnitude >= 0.0001 {
      return unsafe write(tenThousandths: Int64(whole), at: place)
    }
    return unsafe write(Array(value.description.utf8), at: place)
  }

  @unsafe static func write(_ value: Float, at place: UnsafeMutablePointer<UInt8>) -> Int {
    unsafe write(Array(value.description.utf8), at: place)
  }

  @unsafe static func write(days: Int32, at place: UnsafeMutablePointer<UInt8>) -> Int {
    let (year, month, day) = CalendarDate(days: days).components
    guard year >= 0, year <= 9999 else {
      return unsafe write(Array(CalendarDate(days: days).description.utf8), at: place)
    }
    unsafe writeDigits(UInt64(year), count: 4, at: place)
    unsafe place[4] = UInt8(ascii: "-")
    unsafe writeDigits(UInt64(month), count: 2, at: place + 5)
    unsafe place[7] = UInt8(ascii: "-")
    unsafe writeDigits(UInt64(day), count: 2, at: place + 8)
    return 10
  }

  @unsafe static func write(_ bytes: [UInt8], at place: UnsafeMutablePointer<UInt8>) -> Int {
    for index in bytes.indices { unsafe place[index] = bytes[index] }
    return bytes.count
  }

  @unsafe private static func write(
    tenThousandths value: Int64, at place: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var count = unsafe write(value, scale: 4, at: place)
    while unsafe place[count - 1] == UInt8(ascii: "0") && place[count - 2] != UInt8(ascii: ".") {
      count -= 1
    }
    return count
  }

  private static let powersOfTen: [Int64] = {
    var powers: [Int64] = [1]
    for _ in 0..<18 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}
