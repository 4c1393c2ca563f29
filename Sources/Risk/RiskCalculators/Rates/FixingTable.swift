import Columnar
import Quant
import QueryEngine

/// Fixings by index; of one business date where the table says which.
struct FixingTable: Sendable {
  static let columns = [
    ColumnRequirement("index", .text, "which rate: the index, or index_curve, of the legs"),
    ColumnRequirement("fixing_date", .date, "the day that the rate is of"),
    ColumnRequirement("rate", .number, "as a fraction"),
    ColumnRequirement(
      "as_of_date", .date, "the business date on which it was known; without it: all of them",
      isOptional: true),
  ]

  private struct Key: Hashable {
    var index: String
    var day: Int32?
  }

  private let fixings: [Key: Result<Fixings, QuantError>]
  private let empty: Fixings

  init(_ rows: InputRows) throws(QuantError) {
    let names = rows.texts("index")
    let dates = rows.days("fixing_date")
    let rates = rows.numbers("rate")
    let known = rows.days("as_of_date")
    var points: [Key: [(day: Int32, rate: Double)]] = [:]
    for row in 0..<rows.count {
      guard let index = names[row], let day = dates[row], let rate = rates[row] else { continue }
      points[Key(index: index, day: known[row]), default: []].append((day, rate))
    }
    fixings = points.mapValues { points in
      Result { () throws(QuantError) -> Fixings in try Fixings(points) }
    }
    empty = try Fixings([])
  }

  /// Those of one date that a column of texts names, by code.
  func byCode(_ texts: InputRows.Texts, on day: Int32) -> [Result<Fixings, QuantError>] {
    texts.values.map { index in
      Result { () throws(QuantError) -> Fixings in try fixings(of: index, on: day) }
    }
  }

  var none: Fixings { empty }

  /// - Throws: `invalidParameter` when two rates of one day are given.
  func fixings(of index: String, on day: Int32) throws(QuantError) -> Fixings {
    if let found = fixings[Key(index: index, day: day)] { return try found.get() }
    return try fixings[Key(index: index, day: nil)]?.get() ?? empty
  }
}
