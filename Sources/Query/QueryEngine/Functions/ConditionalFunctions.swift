import Columnar

extension ScalarFunctions {
  /// COALESCE, IFNULL and IF are evaluated lazily by the engine; what is here serves whole columns.
  static let conditionalFunctions: [ScalarFunction] = [
    coalesce("coalesce", "coalesce(a, b, …): the first that is not null", count: 1...Int.max),
    coalesce("ifnull", "ifnull(a, b): b where a is null", count: 2...2),
    ScalarFunction(
      name: "nullif", usage: "nullif(a, b): null where a = b",
      resolve: { types in
        guard types.count == 2, let type = commonType(types) ?? Optional(.string) else {
          return nil
        }
        return Signature(arguments: [type, type], result: type)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let (a, b) = (arguments[0], arguments[1])
        let equal = compareBits(.equal, a, b, isScalar: false)
        let isEqual = bothValid(a.validity, b.validity).map { equal & $0 } ?? equal
        return a.retyped(type).masked(~isEqual)
      }),
    conditional("if"), conditional("iff"),
    extreme("greatest", .greater), extreme("least", .less),
  ]

  private static func coalesce(
    _ name: String, _ usage: String, count: ClosedRange<Int>
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard count.contains(types.count), let type = commonType(types) ?? untyped(types) else {
          return nil
        }
        return Signature(arguments: types.map { _ in type }, result: type)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        var result = arguments[0].retyped(type)
        for next in arguments.dropFirst() {
          guard let validity = result.validity else { break }
          result = try choose(validity, result, next, type)
        }
        return result
      })
  }

  private static func conditional(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(condition, then, else)",
      resolve: { types in
        guard types.count == 3, types[0] ?? .boolean == .boolean,
          let type = commonType(Array(types[1...])) ?? untyped(Array(types[1...]))
        else { return nil }
        return Signature(arguments: [.boolean, type, type], result: type)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        try choose(
          selection(.column(arguments[0]), rowCount: rowCount), arguments[1], arguments[2], type)
      })
  }

  /// GREATEST and LEAST: nulls are skipped, null only when all are.
  private static func extreme(_ name: String, _ wins: ComparisonOperator) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(a, b, …): nulls are skipped",
      resolve: { types in
        guard !types.isEmpty, let type = commonType(types) ?? untyped(types) else { return nil }
        return Signature(arguments: types.map { _ in type }, result: type)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        var result = arguments[0].retyped(type)
        for next in arguments.dropFirst() {
          var isNext = compareBits(wins, next, result, isScalar: false)
          if let both = bothValid(result.validity, next.validity) { isNext = isNext & both }
          if let own = result.validity {
            isNext = isNext | (~own & (next.validity ?? Bitmap(repeating: true, count: rowCount)))
          }
          result = try choose(~isNext, result, next, type)
        }
        return result
      })
  }

  /// The type when all arguments are untyped nulls; nil when they have types that do not go together.
  private static func untyped(_ types: [DataType?]) -> DataType? {
    types.allSatisfy { $0 == nil } ? .string : nil
  }

  /// `a` where the bit is set, else `b`.
  private static func choose(
    _ mask: Bitmap, _ a: Column, _ b: Column, _ type: DataType
  ) throws(QueryError) -> Column {
    if mask.isAllSet { return a.retyped(type) }
    let count = Int32(a.count)
    let rows: [Int32] = makeValues(a.count) { mask[$0] ? Int32($0) : Int32($0) + count }
    return try Column.joined([a.retyped(type), b.retyped(type)]).take(rows)
  }
}
