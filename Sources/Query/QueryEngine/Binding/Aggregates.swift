import Columnar
import QueryLanguage

/// Aggregates by the names they are called by, with the types they take and give.
package enum Aggregates {
  private static let byName: [String: AggregateFunction] = {
    var names: [String: AggregateFunction] = [:]
    for function in AggregateFunction.allCases { names[function.rawValue] = function }
    names["count_star"] = nil
    names["grouping_id"] = nil
    names["mean"] = .avg
    names["every"] = .boolAnd
    names["stddev"] = .stddevSample
    names["variance"] = .varianceSample
    names["argmin"] = .argMin
    names["min_by"] = .argMin
    names["argmax"] = .argMax
    names["max_by"] = .argMax
    names["arbitrary"] = .anyValue
    names["listagg"] = .stringAggregate
    names["group_concat"] = .stringAggregate
    names["array_agg"] = .list
    names["percentile_cont"] = .quantileContinuous
    names["percentile_disc"] = .quantileDiscrete
    names["quantile"] = .quantileContinuous
    names["approx_distinct"] = .approximateCountDistinct
    // Every sum of doubles is exact, and so is every quantile.
    for name in ["fsum", "kahan_sum", "sumkahan"] { names[name] = .sum }
    names["favg"] = .avg
    names["approx_quantile"] = .quantileContinuous
    return names
  }()

  package static func named(_ name: String) -> AggregateFunction? { byName[name] }
  package static var names: [String] {
    (byName.keys + ComposedAggregate.allCases.map(\.rawValue)).sorted()
  }

  /// Checks and coerces the arguments, and gives the result's type.
  static func check(
    _ function: AggregateFunction, _ arguments: inout [BoundExpression], name: String,
    at range: SourceRange, binder: Binder
  ) throws(QueryError) -> DataType {
    let wanted = argumentCount(function)
    guard arguments.count == wanted else {
      throw QueryError(
        .type,
        "\(name) takes \(wanted) argument\(wanted == 1 ? "" : "s"), found \(arguments.count)",
        help: wanted == 1 && arguments.count > 1
          ? "one call for each: \(name)(a), \(name)(b)"
          : "write \(name)(\(wanted == 1 ? "column" : "column, column"))", at: range)
    }
    if (function == .sum || function == .avg) && arguments[0].constantIsNull
      && arguments[0].type == .string
    {
      arguments[0] = .constant(.null, function == .sum ? .int64 : .double)
    }
    switch function {
    case .countStar, .count, .groupingID, .approximateCountDistinct: return .int64
    case .vectorSum: return try vectorType(&arguments, name: name, at: range, binder: binder)
    case .min, .max, .first, .last, .anyValue, .argMin, .argMax, .mode:
      return arguments[0].type
    case .sum: return try sumType(&arguments, name: name, at: range)
    case .avg: return try averageType(&arguments, name: name, at: range)
    case .boolAnd, .boolOr:
      guard arguments[0].type == .boolean || arguments[0].constantIsNull else {
        throw mismatch(name, "a condition", arguments[0].type, range)
      }
      return .boolean
    case .stddevSample, .stddevPopulation, .varianceSample, .variancePopulation, .correlation,
      .covarianceSample, .covariancePopulation, .median, .medianDistance, .quantileContinuous,
      .regressionSlope,
      .regressionIntercept, .regressionR2, .regressionCount, .regressionAverageX,
      .regressionAverageY, .regressionSXX, .regressionSYY, .regressionSXY:
      for index in arguments.indices {
        guard arguments[index].type.isNumeric || arguments[index].constantIsNull else {
          throw mismatch(name, "a number", arguments[index].type, range)
        }
        arguments[index] = try binder.coerced(arguments[index], to: .double, at: range)
      }
      return function == .regressionCount ? .int64 : .double
    case .quantileDiscrete:
      arguments[1] = try binder.coerced(arguments[1], to: .double, at: range)
      return arguments[0].type
    case .stringAggregate:
      for index in arguments.indices where arguments[index].type != .string {
        arguments[index] = .cast(arguments[index], .string, isTry: false)
      }
      return .string
    case .list: return .list(element: Field("element", arguments[0].type))
    }
  }

  private static func argumentCount(_ function: AggregateFunction) -> Int {
    switch function {
    case .countStar, .groupingID: 0
    case .correlation, .covarianceSample, .covariancePopulation, .argMin, .argMax,
      .stringAggregate, .quantileContinuous, .quantileDiscrete, .regressionSlope,
      .regressionIntercept, .regressionR2, .regressionCount, .regressionAverageX,
      .regressionAverageY, .regressionSXX, .regressionSYY, .regressionSXY:
      2
    default: 1
    }
  }

  private static func sumType(
    _ arguments: inout [BoundExpression], name: String, at range: SourceRange
  ) throws(QueryError) -> DataType {
    switch arguments[0].type {
    case .int32, .int64: return .int64
    case .float:
      arguments[0] = .cast(arguments[0], .double, isTry: false)
      return .double
    case .double: return .double
    case .decimal(_, let scale): return .decimal(precision: 38, scale: scale)
    default: throw mismatch(name, "a number", arguments[0].type, range)
    }
  }

  /// Vectors keep their length; lists of other numbers become lists of doubles.
  private static func vectorType(
    _ arguments: inout [BoundExpression], name: String, at range: SourceRange, binder: Binder
  ) throws(QueryError) -> DataType {
    if arguments[0].constantIsNull { return ScalarFunctions.doubles }
    guard arguments[0].type.memberType?.isNumeric ?? false else {
      throw mismatch(name, "a vector", arguments[0].type, range)
    }
    if case .vector = arguments[0].type { return arguments[0].type }
    arguments[0] = try binder.coerced(arguments[0], to: ScalarFunctions.doubles, at: range)
    return ScalarFunctions.doubles
  }

  private static func averageType(
    _ arguments: inout [BoundExpression], name: String, at range: SourceRange
  ) throws(QueryError) -> DataType {
    switch arguments[0].type {
    case .int32, .int64, .double: return .double
    case .float:
      arguments[0] = .cast(arguments[0], .double, isTry: false)
      return .double
    case .decimal(_, let scale): return .decimal(precision: 38, scale: max(scale, 6))
    default: throw mismatch(name, "a number", arguments[0].type, range)
    }
  }

  private static func mismatch(
    _ name: String, _ wanted: String, _ found: DataType, _ range: SourceRange
  ) -> QueryError {
    var help: String?
    if found == .string { help = "cast the text to a number" }
    if found.isList { help = "vsum adds vectors member by member, var and es read a risk off them" }
    return QueryError(
      .type, "\(name) wants \(wanted), found \(found.sqlName)", help: help, at: range)
  }
}
