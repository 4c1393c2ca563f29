import CKernels
import Columnar

/// Finds the narrowest type that all values of each column have.
///
/// Delimited text: boolean (`true`, `false`), bigint, double (for every number with a point or an
/// exponent, as DuckDB does: decimals have to be asked for), date, timestamp (without a zone: UTC),
/// else string. JSON adds lists of those. A column without values is a string.
struct TypeInference {
  private static let textTypes: [DataType] = [
    .boolean, .int64, .double, .date, .timestamp, .string,
  ]
  private static let jsonTypes: [DataType] =
    [.boolean, .int64, .double, .date, .timestamp]
    + [.int64, .double, .date, .timestamp, .string].map { .list(element: Field("element", $0)) }
    + [.string]

  private let candidates: [DataType]
  private let isJSON: Bool
  private let nullText: [UInt8]
  /// Nil as long as all values were null.
  private var widest: [DataType?]

  init(columns: Int, isJSON: Bool, nullText: [UInt8] = []) {
    candidates = isJSON ? TypeInference.jsonTypes : TypeInference.textTypes
    self.isJSON = isJSON
    self.nullText = nullText
    widest = [DataType?](repeating: nil, count: columns)
  }

  /// Nil for a column without values.
  var found: [DataType?] { widest }

  var types: [DataType] { widest.map { $0 ?? .string } }

  /// Widens the types so that they fit the records of a block, too.
  mutating func add(_ block: FieldBlock) {
    while widest.count < block.stride { widest.append(nil) }
    for column in 0..<block.stride where widest[column] != .string {
      if let known = widest[column] {
        if fits(block, column, known) != false { continue }
        let wider = TypeInference.wider(known).first { fits(block, column, $0) != false }
        widest[column] = wider ?? .string
      } else {
        for type in candidates {
          guard let fits = fits(block, column, type) else { break }
          if fits {
            widest[column] = type
            break
          }
        }
      }
    }
  }

  /// The narrowest type that holds the values of both, in the text that they were written in.
  static func common(_ left: DataType, _ right: DataType) -> DataType {
    if left == right || wider(left).contains(right) { return left == right ? left : right }
    return wider(right).contains(left) ? left : .string
  }

  /// The types that hold every value of a narrower one, in the text it was written in.
  private static func wider(_ type: DataType) -> [DataType] {
    switch type {
    case .int64: [.double]
    case .date: [.timestamp]
    case .list(let element):
      wider(element.type).map { .list(element: Field("element", $0)) }
        + (element.type == .date || element.type == .timestamp
          ? [.list(element: Field("element", .string))] : [])
    default: []
    }
  }

  /// Nil when the column has no values in the block.
  private func fits(_ block: FieldBlock, _ column: Int, _ type: DataType) -> Bool? {
    let plan = ColumnPlan(
      field: Field("", type), position: column, nullText: nullText, takesAnyJSON: true)
    if type == .boolean, !onlyWords(block, column) { return hasValue(block, column) ? false : nil }
    var faults = RowFaults()
    let values = block.column(plan, number: column, into: &faults)
    if !faults.isEmpty { return false }
    return values.nullCount == values.count ? nil : true
  }

  private func hasValue(_ block: FieldBlock, _ column: Int) -> Bool {
    let plan = ColumnPlan(
      field: Field("", .string), position: column, nullText: nullText, takesAnyJSON: true)
    var faults = RowFaults()
    let values = block.column(plan, number: column, into: &faults)
    return values.nullCount < values.count
  }

  /// `t`, `yes` or `1` are booleans only where a column is declared as such.
  private func onlyWords(_ block: FieldBlock, _ column: Int) -> Bool {
    let bytes = block.bytes.span
    for record in 0..<block.recordCount {
      let field = block.field(record, column)
      let low = Int(field.start & FieldBlock.startMask)
      let count = Int(field.end) - low
      if block.isText(nullText, bytes, low, Int(field.end)) { continue }
      if field.start & FieldBlock.absent != 0 || count == 0 { continue }
      if count < 4 || count > 7 { return false }
    }
    return true
  }
}
