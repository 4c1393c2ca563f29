import Columnar

/// The scalar functions there are, by lower-case name.
///
/// Unless a function says otherwise a null argument gives null.
package enum ScalarFunctions {
  /// The function of that name, case ignored.
  package static func named(_ name: String) -> ScalarFunction? { table[name.lowercased()] }

  /// All names, ascending; for did-you-mean and documentation.
  package static let names: [String] = table.keys.sorted()

  private static let table: [String: ScalarFunction] = {
    var table: [String: ScalarFunction] = [:]
    let families = [
      stringFunctions, mathFunctions, conditionalFunctions, dateFunctions, listFunctions,
      regexFunctions, vectorFunctions, listBuildingFunctions, rangeFunctions, listStatistics,
      textListFunctions, textSliceFunctions, listQuestionFunctions, dateTextFunctions,
    ]
    for function in families.joined() { table[function.name] = function }
    return table
  }()
}

extension ScalarFunction {
  /// The same function under another name.
  func named(_ name: String) -> ScalarFunction {
    ScalarFunction(name: name, usage: usage, resolve: resolve, evaluate: evaluate)
  }
}

typealias Signature = ScalarFunction.Signature

/// A resolver for fixed argument types; a nil (untyped NULL) argument takes the wanted type, and a
/// type that widens to the wanted one is accepted.
func fixed(
  _ arguments: [DataType], _ result: DataType
) -> @Sendable ([DataType?]) -> Signature? {
  { types in
    guard types.count == arguments.count,
      zip(types, arguments).allSatisfy({ widens($0, to: $1) })
    else { return nil }
    return Signature(arguments: arguments, result: result)
  }
}

/// The first of several forms that fits.
func anyOf(
  _ forms: (@Sendable ([DataType?]) -> Signature?)...
) -> @Sendable ([DataType?]) -> Signature? {
  { types in
    for form in forms { if let signature = form(types) { return signature } }
    return nil
  }
}

/// Whether a value of `type` may stand where `target` is wanted without a cast being written.
func widens(_ type: DataType?, to target: DataType) -> Bool {
  guard let type else { return true }
  if type == target { return true }
  switch (type, target) {
  case (.int32, .int64), (.int32, .double), (.int64, .double), (.float, .double),
    (.decimal, .double), (.date, .timestamp), (.date, .timestampNTZ),
    (.timestamp, .timestampNTZ), (.timestampNTZ, .timestamp):
    return true
  case (.int64, .int32): return true
  case (.int32, .decimal(let precision, let scale)): return precision - scale >= 10
  case (.int64, .decimal(let precision, let scale)): return precision - scale >= 19
  case (.vector, .list(let element)): return element.type == .double
  default: return false
  }
}

/// The type that all given types widen to; nil when there is none, or all are untyped.
func commonType(_ types: [DataType?]) -> DataType? {
  var common: DataType?
  for case let type? in types {
    guard let known = common else {
      common = type
      continue
    }
    if known == type { continue }
    switch (known, type) {
    case (.int32, .int64), (.int64, .int32): common = .int64
    case (.double, _) where type.isNumeric, (_, .double) where known.isNumeric,
      (.float, _) where type.isNumeric, (_, .float) where known.isNumeric:
      common = .double
    case (.date, .timestamp), (.timestamp, .date): common = .timestamp
    case (.date, .timestampNTZ), (.timestampNTZ, .date): common = .timestampNTZ
    default:
      guard let a = known.decimalShape, let b = type.decimalShape else { return nil }
      let scale = max(a.scale, b.scale)
      let whole = max(a.precision - a.scale, b.precision - b.scale)
      common = .decimal(precision: min(38, whole + scale), scale: min(scale, 38))
    }
  }
  return common
}

/// The rows where no argument is null; nil when that is all of them.
func presence(_ arguments: [Column]) -> Bitmap? {
  arguments.reduce(nil as Bitmap?) { bothValid($0, $1.validity) }
}

/// Whether row `row` is present.
func isPresent(_ validity: Bitmap?, _ row: Int) -> Bool { validity.map { $0[row] } ?? true }

/// Text results built row by row.
struct TextBuilder {
  private var offsets: [Int32] = [0]
  private var bytes: [UInt8] = []

  init(rowCount: Int) { offsets.reserveCapacity(rowCount + 1) }

  mutating func append(_ text: some Sequence<UInt8>) throws(QueryError) {
    bytes.append(contentsOf: text)
    try finishRow()
  }

  /// Adds to the row that `finishRow` will end.
  mutating func add(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

  mutating func finishRow() throws(QueryError) {
    guard let end = Int32(exactly: bytes.count) else {
      throw QueryError.textOverflow(bytes.count)
    }
    offsets.append(end)
  }

  consuming func finish(_ validity: Bitmap?) -> Column {
    Column(
      .string,
      .string(StringColumn(values: StringValues(offsets: offsets, bytes: bytes), codes: nil)),
      validity: validity)
  }
}

/// A result of Int64 or Int32 values; a value that does not fit is an error.
func integerColumn(
  _ values: [Int64], _ type: DataType, _ validity: Bitmap?
) throws(QueryError) -> Column {
  guard type == .int32 else { return Column(type, .int64(values), validity: validity) }
  for (row, value) in values.enumerated()
  where isPresent(validity, row) && Int32(exactly: value) == nil {
    throw overflowError(String(value), type)
  }
  return Column(
    type, .int32(mapValues(values) { Int32(truncatingIfNeeded: $0) }), validity: validity)
}

extension Column {
  /// Integers of either width.
  var longs: [Int64] {
    switch storage {
    case .int32(let values): mapValues(values) { Int64($0) }
    case .int64(let values): values
    default: []
    }
  }

  var texts: StringColumn { storage.string ?? StringColumn([]) }
}
