import Columnar

// Tail measures of P&L vectors. `var`, `es`, `component` and `incremental` are written with these
// by the binder; they also serve single vectors.

extension ScalarFunctions {
  static let vectorFunctions: [ScalarFunction] =
    [
      tailFunction("vector_var", isShortfall: false), tailFunction("vector_es", isShortfall: true),
      shareFunction("vector_component_var", isShortfall: false, isIncremental: false),
      shareFunction("vector_component_es", isShortfall: true, isIncremental: false),
      shareFunction("vector_incremental_var", isShortfall: false, isIncremental: true),
      shareFunction("vector_incremental_es", isShortfall: true, isIncremental: true),
      raiseFunction,
    ]

  static let doubles = DataType.list(element: Field("element", .double))

  /// `vector_var(pnl, level [, convention])`.
  private static func tailFunction(_ name: String, isShortfall: Bool) -> ScalarFunction {
    let names = isShortfall ? ShortfallConvention.names : QuantileConvention.names
    return ScalarFunction(
      name: name,
      usage: "\(name)(pnl vector, level [, convention]): a loss is positive; conventions: \(names)",
      resolve: { types in
        guard types.count == 2 || types.count == 3, isVector(types[0]),
          widens(types[1], to: .double), types.count == 2 || types[2] == .string
        else { return nil }
        return Signature(
          arguments: [doubles, .double] + (types.count == 3 ? [.string] : []), result: .double)
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let vectors = try Vectors(arguments[0], name)
        let settings = TailSettings(arguments.dropFirst(), name, isShortfall: isShortfall)
        let validity = presence(arguments)
        var values = [Double](repeating: 0, count: rowCount)
        for row in 0..<rowCount where isPresent(validity, row) {
          let (tail, measure) = try settings.row(row)
          values[row] = measure.value(try vectors.row(row), tail)
        }
        return Column(.double, .double(values), validity: validity)
      })
  }

  /// `vector_component_var(part, total, level [, convention])` and its kin.
  private static func shareFunction(
    _ name: String, isShortfall: Bool, isIncremental: Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name: name,
      usage: "\(name)(part vector, total vector, level [, convention]): "
        + (isIncremental
          ? "the measure of the total less that of the total without the part"
          : "the part's mean loss in the scenarios that make the total's measure"),
      resolve: { types in
        guard types.count == 3 || types.count == 4, isVector(types[0]), isVector(types[1]),
          widens(types[2], to: .double), types.count == 3 || types[3] == .string
        else { return nil }
        return Signature(
          arguments: [doubles, doubles, .double] + (types.count == 4 ? [.string] : []),
          result: .double)
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let parts = try Vectors(arguments[0], name)
        let totals = try Vectors(arguments[1], name)
        let settings = TailSettings(arguments.dropFirst(2), name, isShortfall: isShortfall)
        let validity = presence(arguments)
        var values = [Double](repeating: 0, count: rowCount)
        // Rows usually share one total: its scenarios are found once.
        var known: (total: ArraySlice<Double>, tail: Double, scenarios: [(Int, Double)])?
        for row in 0..<rowCount where isPresent(validity, row) {
          let (tail, measure) = try settings.row(row)
          let part = try parts.row(row)
          let total = try totals.row(row)
          guard part.count == total.count else {
            throw QueryError(
              .type, "\(name): the part has \(part.count) scenarios, the total \(total.count)")
          }
          if isIncremental {
            let rest = zip(total, part).map { $0 - $1 }
            values[row] = measure.value(total, tail) - measure.value(rest[...], tail)
            continue
          }
          if known == nil || known?.tail != tail || known?.total != total {
            known = (total, tail, measure.scenarios(total, tail).map { ($0.scenario, $0.weight) })
          }
          let scenarios = (known?.scenarios ?? []).map { (scenario: $0.0, weight: $0.1) }
          values[row] = measure.loss(of: part, in: scenarios)
        }
        return Column(.double, .double(values), validity: validity)
      })
  }

  /// `error(text)`: the statement fails with that message.
  private static let raiseFunction = ScalarFunction(
    name: "error",
    usage: "error(message): fails with the message; inside CASE only where it counts",
    resolve: fixed([.string], .string),
    evaluate: { arguments, type, rowCount throws(QueryError) in
      let column = arguments[0]
      if let row = (0..<rowCount).first(where: { !column.isNull($0) }) {
        throw QueryError(.constraint, column.texts.string(row))
      }
      return .nulls(type, count: rowCount)
    })

  private static func isVector(_ type: DataType?) -> Bool {
    guard let type else { return true }
    return type.memberType?.isNumeric ?? false
  }
}

/// The vectors of a column of lists of doubles.
private struct Vectors {
  private let offsets: [Int32]
  private let values: [Double]
  private let validity: Bitmap?
  private let name: String

  init(_ column: Column, _ name: String) throws(QueryError) {
    guard case .list(let offsets, let child) = column.storage,
      case .double(let values) = child.storage
    else { throw QueryError(.type, "\(name) needs vectors of doubles") }
    self.offsets = offsets
    self.values = values
    validity = child.validity
    self.name = name
  }

  func row(_ row: Int) throws(QueryError) -> ArraySlice<Double> {
    let range = Int(offsets[row])..<Int(offsets[row + 1])
    guard !range.isEmpty else { throw QueryError(.type, "\(name): the vector has no scenarios") }
    if let validity, let hole = range.first(where: { !validity[$0] }) {
      throw QueryError(
        .type, "\(name): scenario \(hole - range.lowerBound + 1) of the vector is null",
        help: "a vector has a number for every scenario")
    }
    let slice = values[range]
    if let odd = slice.firstIndex(where: { $0.isNaN }) {
      throw QueryError(
        .type, "\(name): scenario \(odd - range.lowerBound + 1) of the vector is NaN")
    }
    return slice
  }
}

/// Level and convention of each row; read again only where they change.
private struct TailSettings {
  private let levels: [Double]
  private let conventions: StringColumn?
  private let name: String
  private let isShortfall: Bool

  init(_ arguments: ArraySlice<Column>, _ name: String, isShortfall: Bool) {
    levels = arguments.first?.doubles ?? []
    conventions = arguments.count > 1 ? arguments.last?.texts : nil
    self.name = name
    self.isShortfall = isShortfall
  }

  func row(_ row: Int) throws(QueryError) -> (tail: Double, measure: TailMeasure) {
    let level = levels[row]
    guard level > 0, level < 1 else {
      throw QueryError(
        .type, "\(name): the level must lie between 0 and 1, not \(level)",
        help: "99 % is written 0.99")
    }
    // 1 − 0.99 in doubles is not 0.01; what is meant is.
    let rough = 1 - level
    let round = (rough * 1e12).rounded() / 1e12
    let tail = abs(round - rough) < 1e-15 ? round : rough
    let convention = conventions?.string(row).lowercased()
    if isShortfall {
      guard let convention else { return (tail, .shortfall(.fractional)) }
      guard let known = ShortfallConvention(rawValue: convention) else {
        throw unknown(convention, ShortfallConvention.names)
      }
      return (tail, .shortfall(known))
    }
    guard let convention else { return (tail, .valueAtRisk(.next)) }
    guard let known = QuantileConvention(rawValue: convention) else {
      throw unknown(convention, QuantileConvention.names)
    }
    return (tail, .valueAtRisk(known))
  }

  private func unknown(_ convention: String, _ names: String) -> QueryError {
    QueryError(
      .name, "\(name): there is no convention '\(convention)'", help: "there are \(names)")
  }
}
