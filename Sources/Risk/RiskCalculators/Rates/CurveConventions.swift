import Columnar
import Quant
import QueryEngine

/// How each curve's quotes are to be read, with validity dates: the table `ref.curves`.
struct CurveConventions: Sendable {
  static let columns = [
    ColumnRequirement("curve", .text, "the curve's name"),
    ColumnRequirement("currency", .text, "curves of one currency are built together"),
    ColumnRequirement(
      "discount_curve", .text, "what its swaps are discounted on; NULL: the curve itself"),
    ColumnRequirement(
      "against_curve", .text, "what its basis quotes are spreads against; NULL: none"),
    ColumnRequirement(
      "interpolation", .text,
      CurveInterpolation.allCases.map(\.rawValue).joined(separator: ", ")),
    ColumnRequirement(
      "calendar", .text, "WEEKENDS, TARGET, US_FED, US_GOVT, LONDON or one of holidays; joint: A+B"),
    ColumnRequirement("spot_days", .integer, "business days from the business date to the start"),
    ColumnRequirement(
      "roll", .text, RollConvention.allCases.map(\.rawValue).joined(separator: ", ")),
    ColumnRequirement("end_of_month", .boolean, "whether a start at a month's end ends at one"),
    ColumnRequirement("money_day_count", .text, "of deposits, FRAs and futures"),
    ColumnRequirement("fixed_months", .integer, "months of a period of the fixed leg"),
    ColumnRequirement("fixed_day_count", .text, "of the fixed leg"),
    ColumnRequirement("floating_months", .integer, "months of a period of the floating leg"),
    ColumnRequirement("floating_day_count", .text, "of the floating leg"),
    ColumnRequirement("payment_lag", .integer, "business days from a period's end to its payment"),
    ColumnRequirement("valid_from", .date, "first business date it holds for"),
    ColumnRequirement("valid_to", .date, "last one; NULL: until further notice"),
  ]

  struct Terms: Sendable {
    var curve: String
    var currency: String
    var discountCurve: String
    var againstCurve: String?
    var interpolation: CurveInterpolation
    var calendar: BusinessCalendar
    var spotDays: Int
    var roll: RollConvention
    var endOfMonth: Bool
    var moneyDayCount: DayCount?
    var fixedMonths: Int
    var fixedDayCount: DayCount?
    var floatingMonths: Int
    var floatingDayCount: DayCount?
    var paymentLag: Int
  }

  private struct Row: Sendable {
    var curve: String
    var terms: Result<Terms, QuantError>
    var validity: ValidityPeriod
  }

  private var rows: [Row] = []

  /// - Throws: `.type` for a row without a name or a first day.
  init(_ input: InputRows, calendars: inout MarketCalendars) throws(QueryError) {
    let reader = Reader(input)
    let from = input.days("valid_from")
    let to = input.days("valid_to")
    for row in 0..<input.count {
      guard let curve = reader.curves[row], let first = from[row] else {
        throw QueryError(
          .type, "\(input.name), row \(row + 1): curve and valid_from need a value")
      }
      let terms: Result<Terms, QuantError>
      do throws(QuantError) {
        terms = .success(try reader.terms(row, curve, &calendars))
      } catch {
        terms = .failure(error)
      }
      rows.append(
        Row(
          curve: curve, terms: terms,
          validity: ValidityPeriod(
            from: CalendarDate(days: first), to: to[row].map { CalendarDate(days: $0) })))
    }
    // Nothing may depend on the order in which the table gives its rows.
    rows.sort { ($0.curve, $0.validity.from.days) < ($1.curve, $1.validity.from.days) }
  }

  /// The conventions of all curves that hold on a day, by name; why not, where they cannot be read.
  func terms(on date: CalendarDate) -> [String: Result<Terms, QuantError>] {
    var found: [String: Result<Terms, QuantError>] = [:]
    for row in rows where row.validity.contains(date) {
      if found[row.curve] != nil {
        found[row.curve] = .failure(
          .invalidParameter(
            name: "conventions", found: "two rows valid on \(date)",
            expected: "one; end the older one with valid_to"))
      } else {
        found[row.curve] = row.terms
      }
    }
    return found
  }

  private struct Reader {
    let curves: InputRows.Texts
    private let input: [String: InputRows.Texts]
    private let numbers: [String: InputRows.Values<Int>]
    private let endOfMonth: InputRows.Values<Bool>

    init(_ rows: InputRows) {
      curves = rows.texts("curve")
      var texts: [String: InputRows.Texts] = [:]
      var numbers: [String: InputRows.Values<Int>] = [:]
      for column in CurveConventions.columns {
        if column.kind == .text { texts[column.name] = rows.texts(column.name) }
        if column.kind == .integer { numbers[column.name] = rows.integers(column.name) }
      }
      input = texts
      self.numbers = numbers
      endOfMonth = rows.flags("end_of_month")
    }

    private func text(_ row: Int, _ field: String) throws(QuantError) -> String {
      try MarketTerms.present(input[field]?[row], field)
    }

    private func count(
      _ row: Int, _ field: String, _ range: ClosedRange<Int>
    ) throws(QuantError) -> Int {
      try MarketTerms.count(numbers[field]?[row], field, in: range)
    }

    func terms(
      _ row: Int, _ curve: String, _ calendars: inout MarketCalendars
    ) throws(QuantError) -> Terms {
      Terms(
        curve: curve, currency: try text(row, "currency"),
        discountCurve: input["discount_curve"]?[row] ?? curve,
        againstCurve: input["against_curve"]?[row],
        interpolation: try MarketTerms.choice(try text(row, "interpolation"), "interpolation"),
        calendar: try calendars.calendar(try text(row, "calendar")),
        spotDays: try count(row, "spot_days", 0...30),
        roll: try MarketTerms.choice(try text(row, "roll"), "roll"),
        endOfMonth: endOfMonth[row] ?? false,
        moneyDayCount: try MarketTerms.dayCount(
          try text(row, "money_day_count"), "money_day_count"),
        fixedMonths: try count(row, "fixed_months", 1...1200),
        fixedDayCount: try MarketTerms.dayCount(
          try text(row, "fixed_day_count"), "fixed_day_count"),
        floatingMonths: try count(row, "floating_months", 1...1200),
        floatingDayCount: try MarketTerms.dayCount(
          try text(row, "floating_day_count"), "floating_day_count"),
        paymentLag: try count(row, "payment_lag", 0...30))
    }
  }
}
