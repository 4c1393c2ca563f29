import Columnar
import Quant

/// The columns of the cash flows, read once, and the sums of a range of rows.
struct CashFlowReader: Sendable {
  /// What a range of rows adds.
  struct Part: Sendable {
    var sums: CashFlowBook.Sums = [:]
    var rowCounts: [CashFlowBook.Group: Int] = [:]
    var failureCounts: [CashFlowBook.Group: Int] = [:]
    var failures: [CashFlowBook.Failure] = []
  }

  let days: InputRows.Values<Int32>
  let entities: InputRows.Texts
  let currencies: InputRows.Texts
  let items: InputRows.Texts
  private let sides: InputRows.Texts
  private let amounts: InputRows.Values<Int128>
  private let due: InputRows.Values<Int32>
  private let addsCurrencies: Bool

  init(_ rows: InputRows, scale: Int, addsCurrencies: Bool) {
    days = rows.days("as_of_date")
    entities = rows.texts("legal_entity")
    currencies = rows.texts("currency")
    items = rows.texts("item")
    sides = rows.texts("side")
    amounts = rows.mantissas("amount", scale: scale)
    due = rows.days("due_date")
    self.addsCurrencies = addsCurrencies
  }

  private struct Refusal: Error {
    var field: String
    var reason: String
  }

  func part(_ range: Range<Int>, sides expected: [Int32: [CashFlowSide?]]) -> Part {
    var part = Part()
    for row in range {
      do throws(Refusal) {
        let group = try group(row)
        part.rowCounts[group, default: 0] += 1
        do throws(Refusal) {
          let item = try item(row, expected[group.day] ?? [])
          let amount = try amount(row)
          let line = CashFlowBook.Line(item: item, due: try due(row, from: group.day))
          let (sum, overflow) = (part.sums[group]?[line] ?? 0).addingReportingOverflow(amount)
          if overflow {
            throw Refusal(field: "amount", reason: "does not fit in the sum of its item")
          }
          part.sums[group, default: [:]][line] = sum
        } catch {
          part.failureCounts[group, default: 0] += 1
          throw error
        }
      } catch {
        part.failures.append(
          CashFlowBook.Failure(row: row, field: error.field, reason: error.reason))
      }
    }
    return part
  }

  private func group(_ row: Int) throws(Refusal) -> CashFlowBook.Group {
    guard let day = days[row] else { throw Refusal(field: "as_of_date", reason: "has no value") }
    let entity = entities.codes[row]
    if entity < 0 { throw Refusal(field: "legal_entity", reason: "has no value") }
    if addsCurrencies { return CashFlowBook.Group(day: day, entity: entity, currency: -1) }
    let currency = currencies.codes[row]
    if currency < 0 { throw Refusal(field: "currency", reason: "has no value") }
    return CashFlowBook.Group(day: day, entity: entity, currency: currency)
  }

  private func item(_ row: Int, _ expected: [CashFlowSide?]) throws(Refusal) -> Int32 {
    let code = items.codes[row]
    if code < 0 { throw Refusal(field: "item", reason: "has no value") }
    guard let side = expected[Int(code)] else {
      throw Refusal(
        field: "item", reason: "'\(items.values[Int(code)])' is not in the table of assumptions")
    }
    guard let text = sides[row] else { throw Refusal(field: "side", reason: "has no value") }
    if text != side.rawValue {
      throw Refusal(
        field: "side",
        reason: "is '\(text)', but '\(items.values[Int(code)])' is of the side \(side.rawValue)")
    }
    return code
  }

  private func amount(_ row: Int) throws(Refusal) -> Int128 {
    guard let amount = amounts[row] else { throw Refusal(field: "amount", reason: "has no value") }
    if amount < 0 { throw Refusal(field: "amount", reason: "is negative, expected 0 or more") }
    return amount
  }

  private func due(_ row: Int, from day: Int32) throws(Refusal) -> Int32 {
    guard let due = due[row] else { return -1 }
    let distance = Int64(due) - Int64(day)
    guard distance >= 0 else {
      throw Refusal(
        field: "due_date",
        reason: "is \(CalendarDate(days: due)), before as_of_date \(CalendarDate(days: day))")
    }
    return Int32(clamping: distance)
  }
}
