import Columnar
import QueryEngine

/// The rows of a small parameter table, boxed, with errors that name the cell.
struct ParameterRows {
  /// How messages name the table, for example `lcr: factors`.
  let name: String
  let columns: [ColumnRequirement]
  let rows: [[Value]]

  /// - Precondition: the batches have the columns of the requirements, in their order.
  init(name: String, columns: [ColumnRequirement], batches: [Batch]) {
    self.name = name
    self.columns = columns
    rows = batches.flatMap { batch in (0..<batch.rowCount).map { batch.row($0) } }
  }

  func optionalText(_ row: Int, _ column: String) throws(QueryError) -> String? {
    guard case .string(let text) = try value(row, column), !text.isEmpty else { return nil }
    return text
  }

  func text(_ row: Int, _ column: String) throws(QueryError) -> String {
    guard let text = try optionalText(row, column) else { throw missing(row, column) }
    return text
  }

  func optionalNumber(_ row: Int, _ column: String) throws(QueryError) -> Decimal128? {
    switch try value(row, column) {
    case .decimal(let number): number
    case .int32(let number): Decimal128(mantissa: Int128(number), scale: 0)
    case .int64(let number): Decimal128(mantissa: Int128(number), scale: 0)
    default: nil
    }
  }

  func number(_ row: Int, _ column: String) throws(QueryError) -> Decimal128 {
    guard let number = try optionalNumber(row, column) else { throw missing(row, column) }
    return number
  }

  /// The columns `valid_from` and `valid_to`.
  func validity(_ row: Int) throws(QueryError) -> ValidityPeriod {
    guard case .date(let from) = try value(row, "valid_from") else {
      throw missing(row, "valid_from")
    }
    guard case .date(let to) = try value(row, "valid_to") else {
      return ValidityPeriod(from: from, to: nil)
    }
    return ValidityPeriod(from: from, to: to)
  }

  /// The value as one of the cases that an enumeration spells.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ row: Int, _ column: String, as type: Choice.Type
  ) throws(QueryError) -> Choice {
    let text = try text(row, column)
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw QueryError(
        .type, "\(label(row)): \(column) is '\(text)', expected one of \(known)")
    }
    return choice
  }

  /// How messages name the row: by its first column, which is the key.
  func label(_ row: Int) -> String {
    if case .string(let key) = rows[row][0] { return "\(name), '\(key)'" }
    return "\(name), row \(row + 1)"
  }

  private func missing(_ row: Int, _ column: String) -> QueryError {
    QueryError(.type, "\(label(row)) has no \(column)")
  }

  private func value(_ row: Int, _ column: String) throws(QueryError) -> Value {
    guard let index = columns.firstIndex(where: { $0.name == column }) else {
      throw QueryError(.name, "\(name) does not read a column \"\(column)\"")
    }
    return rows[row][index]
  }
}
