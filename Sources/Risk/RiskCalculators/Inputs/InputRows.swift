import Columnar
import Quant
import QueryEngine

/// The rows of a table argument over all its batches, column by column.
///
/// Cost: one pass over a column when it is asked for; texts keep their dictionary codes.
struct InputRows: Sendable {
  /// How messages name the table, for example `swap_risk: legs`.
  let name: String
  let count: Int
  private let batches: [Batch]
  /// Where a column stands in the batches; optional ones that the table lacks are not in it.
  private let places: [String: Int]

  /// Texts of one column; a code of −1 is NULL.
  struct Texts: Sendable {
    var values: [String]
    var codes: [Int32]

    subscript(row: Int) -> String? { codes[row] < 0 ? nil : values[Int(codes[row])] }
  }

  /// Values of one column; the slot of a NULL holds anything.
  struct Values<Element: Sendable>: Sendable {
    var values: [Element]
    var isPresent: [Bool]

    subscript(row: Int) -> Element? { isPresent[row] ? values[row] : nil }
  }

  /// - Parameter schema: Of the table argument, before the columns were picked.
  init(name: String, requirements: [ColumnRequirement], schema: Schema, batches: [Batch]) {
    self.name = name
    self.batches = batches
    count = batches.reduce(0) { $0 + $1.rowCount }
    var places: [String: Int] = [:]
    for column in requirements where schema.index(of: column.name) != nil {
      places[column.name] = places.count
    }
    self.places = places
  }

  private func columns(_ name: String) -> [Column]? {
    places[name].map { place in batches.map { $0.columns[place] } }
  }

  func texts(_ name: String) -> Texts {
    guard let columns = columns(name) else {
      return Texts(values: [], codes: [Int32](repeating: -1, count: count))
    }
    var coder = TextCoder()
    var codes: [Int32] = []
    codes.reserveCapacity(count)
    for column in columns { codes += coder.codes(of: column) }
    // An empty text says as little as NULL.
    let blank = coder.texts.firstIndex(of: "").map { Int32($0) }
    if let blank { for row in codes.indices where codes[row] == blank { codes[row] = -1 } }
    return Texts(values: coder.texts, codes: codes)
  }

  /// Numbers of any type as the nearest double.
  func numbers(_ name: String) -> Values<Double> {
    collect(name, blank: 0) { column in
      switch column.storage {
      case .double(let values): values
      case .float(let values): values.map(Double.init)
      case .int32(let values): values.map(Double.init)
      case .int64(let values): InputRows.scaled(values.map { Int128($0) }, column.type)
      case .int128(let values): InputRows.scaled(values, column.type)
      default: [Double](repeating: 0, count: column.count)
      }
    }
  }

  /// Day numbers.
  func days(_ name: String) -> Values<Int32> {
    collect(name, blank: 0) { column in
      column.storage.int32 ?? [Int32](repeating: 0, count: column.count)
    }
  }

  func integers(_ name: String) -> Values<Int> {
    collect(name, blank: 0) { column in
      switch column.storage {
      case .int32(let values): values.map { Int($0) }
      case .int64(let values): values.map { Int($0) }
      default: [Int](repeating: 0, count: column.count)
      }
    }
  }

  /// Mantissas at `scale`, which is at least that of the column; what does not fit is NULL.
  func mantissas(_ name: String, scale: Int) -> Values<Int128> {
    var result = Values<Int128>(values: [], isPresent: [])
    result.values.reserveCapacity(count)
    result.isPresent.reserveCapacity(count)
    for column in columns(name) ?? [] {
      let amounts = LiquidityPart.amounts(column, scale: scale)
      for row in 0..<column.count {
        let mantissa = amounts.mantissa(at: row)
        result.values.append(mantissa ?? 0)
        result.isPresent.append(mantissa != nil)
      }
    }
    return result
  }

  func flags(_ name: String) -> Values<Bool> {
    collect(name, blank: false) { column in
      let bits = column.storage.boolean
      return (0..<column.count).map { bits?[$0] ?? false }
    }
  }

  private func collect<Element>(
    _ name: String, blank: Element, _ read: (Column) -> [Element]
  ) -> Values<Element> {
    guard let columns = columns(name) else {
      return Values(
        values: [Element](repeating: blank, count: count),
        isPresent: [Bool](repeating: false, count: count))
    }
    var result = Values<Element>(values: [], isPresent: [])
    result.values.reserveCapacity(count)
    result.isPresent.reserveCapacity(count)
    for column in columns {
      result.values += read(column)
      if let validity = column.validity {
        for row in 0..<column.count { result.isPresent.append(validity[row]) }
      } else {
        result.isPresent += [Bool](repeating: true, count: column.count)
      }
    }
    return result
  }

  private static func scaled(_ mantissas: [Int128], _ type: DataType) -> [Double] {
    guard case .decimal(_, let scale) = type else { return mantissas.map { Double($0) } }
    // Up to 2^53 and 10^22 both are exact, so that one division rounds once.
    let divisor = (0..<scale).reduce(1.0) { power, _ in power * 10 }
    return mantissas.map { mantissa in
      mantissa.magnitude <= 1 << 53 && scale <= 22
        ? Double(mantissa) / divisor : Decimal128(mantissa: mantissa, scale: scale).double
    }
  }
}
