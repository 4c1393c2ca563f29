import Columnar
import Quant
import QueryEngine

/// Calendars by name: the rules of the centres that Tarn knows, and the days of a table.
///
/// A name may join several with `+`: open where all of them are. The days of the table come on top
/// of the rules, for one-off closings and for centres without rules here.
struct MarketCalendars {
  static let columns = [
    ColumnRequirement("calendar", .text, "which calendar the day closes"),
    ColumnRequirement("date", .date, "a day that is closed besides weekends"),
  ]

  /// Years for which the rules are spelled out.
  private static let years = 1990...2120

  private enum Centre: String, CaseIterable {
    case weekends = "WEEKENDS"
    case target = "TARGET"
    case federalReserve = "US_FED"
    case governmentSecurities = "US_GOVT"
    case london = "LONDON"

    func holidays() throws(QuantError) -> [Int32] {
      var days: [Int32] = []
      for year in MarketCalendars.years {
        switch self {
        case .weekends: break
        case .target: if year >= 1999 { days += try targetHolidays(year: year).map(\.day) }
        case .federalReserve: days += try federalReserveHolidays(year: year).map(\.day)
        case .governmentSecurities:
          days += try governmentSecuritiesHolidays(year: year).map(\.day)
        case .london: days += try unitedKingdomHolidays(year: year).map(\.day)
        }
      }
      return days
    }
  }

  private let listed: [String: [Int32]]
  private var known: [String: BusinessCalendar] = [:]

  init(_ rows: InputRows) {
    let names = rows.texts("calendar")
    let days = rows.days("date")
    var listed: [String: [Int32]] = [:]
    for row in 0..<rows.count {
      guard let name = names[row], let day = days[row] else { continue }
      listed[name.uppercased(), default: []].append(day)
    }
    self.listed = listed
  }

  /// - Throws: `invalidParameter` naming the calendars there are.
  mutating func calendar(_ name: String) throws(QuantError) -> BusinessCalendar {
    let name = name.uppercased()
    if let calendar = known[name] { return calendar }
    let parts = name.split(separator: "+").map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    var centres: [BusinessCalendar] = []
    for part in parts { centres.append(try centre(part)) }
    let joint = try BusinessCalendar(openInAllOf: centres)
    let calendar = joint.indexed(
      from: MarketCalendars.firstOfJanuary(MarketCalendars.years.lowerBound),
      to: MarketCalendars.firstOfJanuary(MarketCalendars.years.upperBound))
    known[name] = calendar
    return calendar
  }

  private func centre(_ name: String) throws(QuantError) -> BusinessCalendar {
    let rules = try Centre(rawValue: name)?.holidays()
    guard rules != nil || listed[name] != nil else {
      let names = Set(Centre.allCases.map(\.rawValue)).union(listed.keys).sorted()
      throw QuantError.invalidParameter(
        name: "calendar", found: "'\(name)'", expected: "one of \(names.joined(separator: ", "))")
    }
    return try BusinessCalendar(holidays: (rules ?? []) + (listed[name] ?? []))
  }

  private static func firstOfJanuary(_ year: Int) -> Int32 {
    CivilDate(year: year, month: 1, day: 1)?.dayNumber ?? 0
  }
}
