import Columnar

/// A `strftime` format: `%Y`, `%m`, `%d` and the others of `parts`, with text between.
///
/// `-` behind the percent sign leaves out leading zeros.
struct DateFormat {
  private enum Piece {
    case text([UInt8])
    case part(Character, isPadded: Bool)
  }

  private let pieces: [Piece]
  let text: String

  static let help = """
    there are %Y %y %m %d %H %I %p %M %S %f %g %j %a %A %b %B %w %u %U %W %G %V %z %Z %c %x %X and %%, \
    and %-d and the like without leading zeros
    """
  private static let parts = Set("YymdHIpMSfgjaAbBhwuUWGVzZ")
  private static let composed: [Character: String] = [
    "c": "%Y-%m-%d %H:%M:%S", "x": "%Y-%m-%d", "X": "%H:%M:%S",
  ]

  /// - Throws: `.type` when a directive is unknown.
  init(_ text: String) throws(QueryError) {
    self.text = text
    var pieces: [Piece] = []
    var rest = Array(text)[...]
    func add(_ character: Character) {
      if case .text(let bytes)? = pieces.last {
        pieces[pieces.count - 1] = .text(bytes + Array(String(character).utf8))
      } else {
        pieces.append(.text(Array(String(character).utf8)))
      }
    }
    while let character = rest.popFirst() {
      guard character == "%" else {
        add(character)
        continue
      }
      var isPadded = true
      if rest.first == "-" {
        isPadded = false
        rest = rest.dropFirst()
      }
      guard let name = rest.popFirst() else {
        throw QueryError(.type, "a format ends in the middle of a directive", help: DateFormat.help)
      }
      if name == "%" {
        add(name)
      } else if let longer = DateFormat.composed[name] {
        rest = Array(longer)[...] + rest
      } else if DateFormat.parts.contains(name) {
        pieces.append(.part(name, isPadded: isPadded))
      } else {
        throw QueryError(
          .type, "'%\(name)' is not a directive of strftime", help: DateFormat.help)
      }
    }
    self.pieces = pieces
  }

  private static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  // MARK: Writing

  func written(_ microseconds: Int64) -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let bytes): result += String(decoding: bytes, as: UTF8.self)
      case .part(let name, let isPadded):
        result += DateFormat.part(name, isPadded, microseconds)
      }
    }
    return result
  }

  private static func part(_ name: Character, _ isPadded: Bool, _ microseconds: Int64) -> String {
    let (date, time) = Timestamp(microseconds: microseconds).split
    let (year, month, day) = date.components
    let seconds = Int(time / 1_000_000)
    func number(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return (isPadded ? String(repeating: "0", count: max(0, width - text.count)) : "") + text
    }
    let ordinal = Int(date.days - (CalendarDate(year: year, month: 1, day: 1) ?? date).days)
    let thursday = CalendarDate(days: date.days &+ Int32(4 - date.weekday))
    switch name {
    case "Y": return number(year, 4)
    case "y": return number(((year % 100) + 100) % 100, 2)
    case "m": return number(month, 2)
    case "d": return number(day, 2)
    case "H": return number(seconds / 3600, 2)
    case "I": return number((seconds / 3600 + 11) % 12 + 1, 2)
    case "p": return seconds < 43_200 ? "AM" : "PM"
    case "M": return number(seconds / 60 % 60, 2)
    case "S": return number(seconds % 60, 2)
    case "f": return number(Int(time % 1_000_000), 6)
    case "g": return number(Int(time % 1_000_000 / 1000), 3)
    case "j": return number(ordinal + 1, 3)
    case "a": return String(weekdays[date.weekday - 1].prefix(3))
    case "A": return weekdays[date.weekday - 1]
    case "b", "h": return String(months[month - 1].prefix(3))
    case "B": return months[month - 1]
    case "w": return String(date.weekday % 7)
    case "u": return String(date.weekday)
    // Weeks from the first Sunday or Monday on; the days before are week 0.
    case "U": return number((ordinal + 7 - date.weekday % 7) / 7, 2)
    case "W": return number((ordinal + 8 - date.weekday) / 7, 2)
    case "G": return number(thursday.components.year, 4)
    case "V":
      let first = CalendarDate(year: thursday.components.year, month: 1, day: 1) ?? thursday
      return number(Int(thursday.days - first.days) / 7 + 1, 2)
    case "z": return "+00"
    default: return "UTC"
    }
  }

  // MARK: Reading

  private struct Reading {
    var (year, month, day) = (1900, 1, 1)
    var ordinal: Int?
    var (hour, minute, second) = (0, 0, 0)
    var isAfternoon: Bool?
    var microseconds = 0
    var offsetMinutes = 0
  }

  /// The moment that the whole text says in this format, in microseconds; nil when it does not.
  func read(_ text: some Sequence<UInt8>) -> Int64? {
    var rest = Array(text)[...]
    while let last = rest.last, last == UInt8(ascii: " ") { rest = rest.dropLast() }
    var reading = Reading()
    for piece in pieces {
      switch piece {
      case .text(let bytes):
        guard rest.starts(with: bytes) else { return nil }
        rest = rest.dropFirst(bytes.count)
      case .part(let name, _):
        guard DateFormat.take(name, from: &rest, into: &reading) else { return nil }
      }
    }
    return rest.isEmpty ? DateFormat.moment(reading) : nil
  }

  private static func take(
    _ name: Character, from rest: inout ArraySlice<UInt8>, into reading: inout Reading
  ) -> Bool {
    func number(_ width: Int, _ range: ClosedRange<Int>) -> Int? {
      let digits = rest.prefix(width).prefix { $0 >= 48 && $0 <= 57 }
      guard !digits.isEmpty else { return nil }
      let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
      rest = rest.dropFirst(digits.count)
      return range.contains(value) ? value : nil
    }
    func set(_ place: WritableKeyPath<Reading, Int>, _ value: Int?) -> Bool {
      guard let value else { return false }
      reading[keyPath: place] = value
      return true
    }
    /// The place of the first name, or of its first three letters, that stands here.
    func place(in names: [String], isShort: Bool) -> Int? {
      for (index, whole) in names.enumerated() {
        let wanted = Array((isShort ? String(whole.prefix(3)) : whole).lowercased().utf8)
        if rest.count >= wanted.count, zip(rest, wanted).allSatisfy({ $0 | 0x20 == $1 }) {
          rest = rest.dropFirst(wanted.count)
          return index
        }
      }
      return nil
    }
    switch name {
    case "Y": return set(\.year, number(4, 1...9999))
    case "y": return set(\.year, number(2, 0...99).map { $0 < 69 ? 2000 + $0 : 1900 + $0 })
    case "m": return set(\.month, number(2, 1...12))
    case "d": return set(\.day, number(2, 1...31))
    case "H": return set(\.hour, number(2, 0...23))
    case "I": return set(\.hour, number(2, 1...12).map { $0 % 12 })
    case "M": return set(\.minute, number(2, 0...59))
    case "S": return set(\.second, number(2, 0...59))
    case "f", "g":
      let before = rest.count
      guard var value = number(name == "f" ? 6 : 3, 0...999_999) else { return false }
      for _ in (before - rest.count)..<6 { value *= 10 }
      reading.microseconds = value
      return true
    case "j":
      reading.ordinal = number(3, 1...366)
      return reading.ordinal != nil
    case "p":
      guard rest.count >= 2, rest[rest.startIndex + 1] | 0x20 == UInt8(ascii: "m") else {
        return false
      }
      let letter = rest[rest.startIndex] | 0x20
      guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return false }
      reading.isAfternoon = letter == UInt8(ascii: "p")
      rest = rest.dropFirst(2)
      return true
    case "a", "A": return place(in: weekdays, isShort: name == "a") != nil
    case "b", "h", "B":
      return set(\.month, place(in: months, isShort: name != "B").map { $0 + 1 })
    case "w", "u": return number(1, 0...7) != nil
    case "z":
      guard let sign = rest.popFirst(), sign == 43 || sign == 45, let hours = number(2, 0...15)
      else { return false }
      if rest.first == UInt8(ascii: ":") { rest = rest.dropFirst() }
      let minutes = rest.isEmpty || rest.first == UInt8(ascii: " ") ? 0 : number(2, 0...59) ?? 0
      reading.offsetMinutes = (hours * 60 + minutes) * (sign == 45 ? -1 : 1)
      return true
    case "Z":
      guard rest.starts(with: Array("UTC".utf8)) else { return false }
      rest = rest.dropFirst(3)
      return true
    // Weeks alone do not say a day.
    default: return false
    }
  }

  private static func moment(_ reading: Reading) -> Int64? {
    var hour = reading.hour
    if let isAfternoon = reading.isAfternoon {
      guard hour <= 12 else { return nil }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    var date = CalendarDate(year: reading.year, month: reading.month, day: reading.day)
    if let ordinal = reading.ordinal {
      date = CalendarDate(year: reading.year, month: 1, day: 1).map {
        CalendarDate(days: $0.days + Int32(ordinal - 1))
      }
      guard date?.components.year == reading.year else { return nil }
    }
    guard let date else { return nil }
    let seconds = (hour * 60 + reading.minute - reading.offsetMinutes) * 60 + reading.second
    return Int64(date.days) * Timestamp.microsecondsPerDay + Int64(seconds) * 1_000_000
      + Int64(reading.microseconds)
  }
}

/// The format of the row before, which is nearly always that of the next one too.
struct KnownFormat {
  private var written: [UInt8] = []
  private var made: DateFormat?

  mutating func format(_ bytes: some Collection<UInt8>) throws(QueryError) -> DateFormat {
    if let made, bytes.elementsEqual(written) { return made }
    let format = try DateFormat(String(decoding: bytes, as: UTF8.self))
    (written, made) = (Array(bytes), format)
    return format
  }
}

extension ScalarFunctions {
  static let dateTextFunctions: [ScalarFunction] = [
    reader("strptime", isTry: false), reader("try_strptime", isTry: true),
    ScalarFunction(
      name: "make_timestamp",
      usage: "make_timestamp(year, month, day, hour, minute, seconds double | microseconds)",
      resolve: { types in
        types.count == 1
          ? fixed([.int64], .timestamp)(types)
          : fixed([.int64, .int64, .int64, .int64, .int64, .double], .timestamp)(types)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        if arguments.count == 1 {
          return Column(type, .int64(arguments[0].longs), validity: arguments[0].validity)
        }
        let validity = presence(arguments)
        let numbers = arguments.prefix(5).map(\.longs)
        let seconds = arguments[5].doubles
        var moments = [Int64](repeating: 0, count: rowCount)
        for row in 0..<rowCount where isPresent(validity, row) {
          let parts = numbers.map { $0[row] }
          guard parts.allSatisfy({ (0...9999).contains($0) }), parts[3] < 24, parts[4] < 60,
            seconds[row] >= 0, seconds[row] < 60,
            let date = CalendarDate(year: Int(parts[0]), month: Int(parts[1]), day: Int(parts[2]))
          else {
            throw QueryError(
              .type,
              "there is no time "
                + parts.map(String.init).joined(separator: "-") + "-\(seconds[row])")
          }
          moments[row] =
            Int64(date.days) * Timestamp.microsecondsPerDay
            + (parts[3] * 60 + parts[4]) * 60_000_000
            + Int64((seconds[row] * 1e6).rounded())
        }
        return Column(type, .int64(moments), validity: validity)
      }),
  ]

  private static func reader(_ name: String, isTry: Bool) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(text, format): the timestamp that the text says in that format",
      resolve: fixed([.string, .string], .timestamp),
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let validity = presence(arguments)
        let (texts, formats) = (arguments[0].texts, arguments[1].texts)
        var known = KnownFormat()
        var results: [Int64?] = []
        results.reserveCapacity(rowCount)
        for row in 0..<rowCount {
          guard isPresent(validity, row) else {
            results.append(nil)
            continue
          }
          let format = try known.format(formats.bytes(row))
          let moment = format.read(texts.bytes(row))
          if moment == nil, !isTry {
            throw QueryError(
              .type, "'\(texts.string(row))' is not a time of the format '\(format.text)'",
              help: "try_strptime gives NULL instead")
          }
          results.append(moment)
        }
        return Column(
          type, .int64(results.map { $0 ?? 0 }), validity: Bitmap(results.map { $0 != nil }))
      })
  }
}
