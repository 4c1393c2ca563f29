import Columnar
import Glibc

extension ScalarFunctions {
  static let mathFunctions: [ScalarFunction] =
    [
      ScalarFunction(
        name: "abs", usage: "abs(x)", resolve: sameNumber,
        evaluate: { arguments, type, rowCount throws(QueryError) in
          try absolute(arguments[0], type, rowCount)
        }),
      ScalarFunction(
        name: "sign", usage: "sign(x): -1, 0 or 1",
        resolve: { types in
          guard types.count == 1, types[0]?.isNumeric ?? true else { return nil }
          return Signature(arguments: [types[0] ?? .int32], result: .int32)
        },
        evaluate: { arguments, _, rowCount throws(QueryError) in
          let column = arguments[0]
          let signs: [Int32]
          switch column.storage {
          case .double(let values): signs = mapValues(values) { $0 > 0 ? 1 : ($0 < 0 ? -1 : 0) }
          case .float(let values): signs = mapValues(values) { $0 > 0 ? 1 : ($0 < 0 ? -1 : 0) }
          default: signs = mapValues(column.wideValues) { Int32($0.signum()) }
          }
          return Column(.int32, .int32(signs), validity: column.validity)
        }),
      roundFunction("round", .toNearestOrAwayFromZero),
      roundFunction("round_even", .toNearestOrEven),
      roundFunction("trunc", .towardZero),
      roundFunction("ceil", .up), roundFunction("ceiling", .up), roundFunction("floor", .down),
      doubleFunction("sqrt", domain: { $0 >= 0 }) { $0.squareRoot() },
      doubleFunction("cbrt") { cbrt($0) },
      doubleFunction("exp") { exp($0) },
      doubleFunction("ln", domain: { $0 > 0 }) { log($0) },
      doubleFunction("log10", domain: { $0 > 0 }) { log10($0) },
      doubleFunction("log2", domain: { $0 > 0 }) { log2($0) },
      doubleFunction("sin") { sin($0) }, doubleFunction("cos") { cos($0) },
      doubleFunction("tan") { tan($0) },
      doubleFunction("asin", domain: { abs($0) <= 1 }) { asin($0) },
      doubleFunction("acos", domain: { abs($0) <= 1 }) { acos($0) },
      doubleFunction("atan") { atan($0) },
      doubleFunction("degrees") { $0 * (180 / Double.pi) },
      doubleFunction("radians") { $0 * (Double.pi / 180) },
      logFunction, powerFunction("power"), powerFunction("pow"),
      ScalarFunction(
        name: "atan2", usage: "atan2(y, x)", resolve: fixed([.double, .double], .double),
        evaluate: { arguments, _, _ throws(QueryError) in
          Column(
            .double,
            .double(zipValues(arguments[0].doubles, arguments[1].doubles) { atan2($0, $1) }),
            validity: presence(arguments))
        }),
      ScalarFunction(
        name: "pi", usage: "pi()", resolve: fixed([], .double),
        evaluate: { _, _, rowCount throws(QueryError) in
          Column(.double, .double([Double](repeating: .pi, count: rowCount)))
        }),
      ScalarFunction(
        name: "mod", usage: "mod(x, y)",
        resolve: { types in
          guard types.count == 2, let type = commonType(types) ?? Optional(.int32),
            type.isNumeric
          else { return nil }
          return Signature(arguments: [type, type], result: type)
        },
        evaluate: { arguments, type, rowCount throws(QueryError) in
          try arithmetic(
            .modulo, .column(arguments[0]), .column(arguments[1]), leftType: type,
            rightType: type, result: type, rowCount: rowCount
          ).column(type, rowCount: rowCount)
        }),
      isTestFunction("isnan") { $0.isNaN }, isTestFunction("isinf") { $0.isInfinite },
      isTestFunction("isfinite") { $0.isFinite },
    ]

  /// A numeric argument, and a result of its type.
  private static let sameNumber: @Sendable ([DataType?]) -> Signature? = { types in
    guard types.count == 1, types[0]?.isNumeric ?? true else { return nil }
    let type = types[0] ?? .double
    return Signature(arguments: [type], result: type)
  }

  private static func absolute(
    _ column: Column, _ type: DataType, _ rowCount: Int
  ) throws(QueryError) -> Column {
    switch column.storage {
    case .double(let values):
      return Column(type, .double(mapValues(values) { $0.magnitude }), validity: column.validity)
    case .float(let values):
      return Column(type, .float(mapValues(values) { $0.magnitude }), validity: column.validity)
    default:
      let negative = try negated(.column(column), type: type, rowCount: rowCount)
        .column(type, rowCount: rowCount)
      switch (column.storage, negative.storage) {
      case (.int32(let a), .int32(let b)):
        return Column(type, .int32(zipValues(a, b) { max($0, $1) }), validity: column.validity)
      case (.int64(let a), .int64(let b)):
        return Column(type, .int64(zipValues(a, b) { max($0, $1) }), validity: column.validity)
      case (.int128(let a), .int128(let b)):
        return Column(type, .int128(zipValues(a, b) { max($0, $1) }), validity: column.validity)
      default: throw QueryError(.type, "ABS needs a number, found \(column.type.sqlName)")
      }
    }
  }

  private static func isTestFunction(
    _ name: String, _ test: @escaping @Sendable (Double) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(x double)", resolve: fixed([.double], .boolean),
      evaluate: { arguments, _, _ throws(QueryError) in
        Column(
          .boolean, .boolean(packBits(arguments[0].doubles) { test($0) }),
          validity: arguments[0].validity)
      })
  }

  private static func doubleFunction(
    _ name: String, domain: (@Sendable (Double) -> Bool)? = nil,
    _ function: @escaping @Sendable (Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(x double)", resolve: fixed([.double], .double),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let values = arguments[0].doubles
        if let domain {
          for row in 0..<rowCount
          where !domain(values[row]) && !values[row].isNaN && !arguments[0].isNull(row) {
            throw QueryError(
              .arithmetic, "\(name.uppercased()) of \(values[row]) is not defined",
              help: "CASE or NULLIF can keep such rows out")
          }
        }
        return Column(
          .double, .double(mapValues(values) { function($0) }), validity: arguments[0].validity)
      })
  }

  /// `log(x)` is base 10, `log(base, x)` any.
  private static let logFunction = ScalarFunction(
    name: "log", usage: "log(x double) base 10 | log(base, x)",
    resolve: anyOf(fixed([.double], .double), fixed([.double, .double], .double)),
    evaluate: { arguments, _, rowCount throws(QueryError) in
      let validity = presence(arguments)
      let values = arguments[arguments.count - 1].doubles
      for argument in arguments {
        let numbers = argument.doubles
        for row in 0..<rowCount where isPresent(validity, row) && numbers[row] <= 0 {
          throw QueryError(.arithmetic, "LOG of \(numbers[row]) is not defined")
        }
      }
      if arguments.count == 1 {
        return Column(.double, .double(mapValues(values) { log10($0) }), validity: validity)
      }
      return Column(
        .double, .double(zipValues(arguments[0].doubles, values) { log($1) / log($0) }),
        validity: validity)
    })

  private static func powerFunction(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(x double, y double)",
      resolve: fixed([.double, .double], .double),
      evaluate: { arguments, _, rowCount throws(QueryError) in
        let (bases, exponents) = (arguments[0].doubles, arguments[1].doubles)
        let validity = presence(arguments)
        let values = zipValues(bases, exponents) { pow($0, $1) }
        for row in 0..<rowCount
        where isPresent(validity, row) && values[row].isNaN && !bases[row].isNaN
          && !exponents[row].isNaN
        {
          throw QueryError(
            .arithmetic, "POWER(\(bases[row]), \(exponents[row])) is not a real number")
        }
        return Column(.double, .double(values), validity: validity)
      })
  }

  // MARK: Rounding

  /// Rounding to `digits` decimals (0 by default; negative: tens, hundreds, …). Decimals stay exact
  /// and keep their type when digits are given, else become whole; integers stay integers.
  private static func roundFunction(
    _ name: String, _ rule: FloatingPointRoundingRule
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(x decimal|double [, digits int])",
      resolve: { types in
        guard types.count == 1 || types.count == 2, types[0]?.isNumeric ?? true,
          types.count == 1 || widens(types[1], to: .int32)
        else { return nil }
        let type = types[0] ?? .double
        let arguments = types.count == 2 ? [type, .int32] : [type]
        guard case .decimal(let precision, let scale) = type else {
          return Signature(arguments: arguments, result: type)
        }
        // One digit more: 9.5 rounds to 10.
        let kept = types.count == 1 ? 0 : scale
        let whole = min(38, precision - scale + 1 + kept)
        return Signature(arguments: arguments, result: .decimal(precision: whole, scale: kept))
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let digits = arguments.count > 1 ? arguments[1].longs : nil
        let validity = presence(arguments)
        switch arguments[0].storage {
        case .double(let values):
          return Column(
            type,
            .double(makeValues(rowCount) { roundedDouble(values[$0], digits?[$0] ?? 0, rule) }),
            validity: validity)
        case .float(let values):
          return Column(
            type,
            .float(
              makeValues(rowCount) {
                Float(roundedDouble(Double(values[$0]), digits?[$0] ?? 0, rule))
              }), validity: validity)
        default:
          return try roundedExactly(arguments[0], digits, rule, type, validity, name)
        }
      })
  }

  private static func roundedExactly(
    _ column: Column, _ digits: [Int64]?, _ rule: FloatingPointRoundingRule, _ type: DataType,
    _ validity: Bitmap?, _ name: String
  ) throws(QueryError) -> Column {
    let from = column.type.decimalShape?.scale ?? 0
    let to = type.decimalShape?.scale ?? 0
    let limit = type.isDecimal ? decimalLimit(type.decimalShape?.precision ?? 38) : Int128(1) << 63
    let mantissas = column.wideValues
    var values: [Int128] = []
    values.reserveCapacity(mantissas.count)
    for row in 0..<mantissas.count {
      guard isPresent(validity, row) else {
        values.append(0)
        continue
      }
      let kept = min(max(digits?[row] ?? 0, -38), Int64(from))
      let drop = from - Int(kept)
      let rounded = drop > 38 ? 0 : divided(mantissas[row], Decimal128.powersOfTen[drop], rule)
      guard
        let value = drop > 38
          ? 0 : Decimal128(mantissa: rounded, scale: Int(kept)).liftedMantissa(to: to),
        value < limit, value > -limit
      else {
        throw overflowError(
          "\(name.uppercased()) of \(Decimal128(mantissa: mantissas[row], scale: from))", type)
      }
      values.append(value)
    }
    switch type {
    case .int32, .int64:
      return try integerColumn(values.map { Int64(truncatingIfNeeded: $0) }, type, validity)
    default: return .decimal(values, type: type, validity: validity)
    }
  }
}

extension Decimal128 {
  /// The mantissa at a scale that is not smaller; scales may be negative here.
  fileprivate func liftedMantissa(to target: Int) -> Int128? {
    guard target >= scale, target - scale <= 38 else { return nil }
    let (product, overflow) = mantissa.multipliedReportingOverflow(
      by: Decimal128.powersOfTen[target - scale])
    return overflow ? nil : product
  }
}

private func divided(
  _ value: Int128, _ divisor: Int128, _ rule: FloatingPointRoundingRule
) -> Int128 {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  if remainder == 0 { return quotient }
  let away: Int128 = value < 0 ? -1 : 1
  switch rule {
  case .up: return value > 0 ? quotient + 1 : quotient
  case .down: return value < 0 ? quotient - 1 : quotient
  case .towardZero: return quotient
  case .toNearestOrEven: return Decimal128.divideHalfEven(value, by: divisor)
  default:
    return remainder.magnitude >= divisor.magnitude - remainder.magnitude
      ? quotient + away : quotient
  }
}

/// A double rounded at a decimal position: by its shortest decimal text, so that 2.675 rounds as it
/// reads.
private func roundedDouble(
  _ value: Double, _ digits: Int64, _ rule: FloatingPointRoundingRule
) -> Double {
  guard value.isFinite else { return value }
  if digits == 0 { return value.rounded(rule) }
  if digits > 17 { return value }
  if digits < -308 { return 0 }
  if digits > 0, value.magnitude < 1e15,
    let exact = shortestDecimal(value, atMost: Int(digits) + 20), exact.scale > Int(digits)
  {
    let mantissa = divided(
      exact.mantissa, Decimal128.powersOfTen[min(38, exact.scale - Int(digits))], rule)
    return Decimal128(mantissa: mantissa, scale: Int(digits)).double
  }
  if digits > 0 { return value }
  let factor = pow(10, Double(-digits))
  return (value / factor).rounded(rule) * factor
}
