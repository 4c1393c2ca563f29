import Columnar
import Glibc

// Statistics over each list's members, nulls left out. The aggregates of the same names are these
// over the list of a group's values (see `ComposedAggregate`). Sums are exact and members are taken
// in ascending order where rounding depends on it, so that the order of the members does not matter.

extension ScalarFunctions {
  static let listStatistics: [ScalarFunction] = [
    numberStatistic("list_product", "list_product(list of numbers)", product),
    numberStatistic(
      "list_skewness", "list_skewness(list of numbers): of a sample, null of two or less", skewness),
    numberStatistic(
      "list_kurtosis", "list_kurtosis(list of numbers): excess of a sample, null of three or less"
    ) { members in
      let count = Double(members.count)
      guard members.count > 3, let excess = excessKurtosis(members) else { return nil }
      return (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * excess + 6)
    },
    numberStatistic(
      "list_kurtosis_pop", "list_kurtosis_pop(list of numbers): excess of a population"
    ) { members in members.count > 1 ? excessKurtosis(members) : nil },
    numberStatistic(
      "list_mad", "list_mad(list of numbers): the median distance from the median",
      medianDistance),
    entropy,
    bits("list_bit_and", "list_bit_and(list of whole numbers)", &),
    bits("list_bit_or", "list_bit_or(list of whole numbers)", |),
    bits("list_bit_xor", "list_bit_xor(list of whole numbers)", ^),
  ]

  /// A number of each list's members, which are given in ascending order without nulls; none gives
  /// null.
  private static func numberStatistic(
    _ name: String, _ usage: String, _ statistic: @escaping @Sendable ([Double]) -> Double?
  ) -> ScalarFunction {
    let doubles = DataType.list(element: Field("element", .double))
    return ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 1, let type = types[0], let member = type.memberType,
          member.isNumeric
        else { return nil }
        return Signature(arguments: [doubles], result: .double)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        let numbers = child.doubles
        let results: [Double?] = (0..<rowCount).map { row in
          if arguments[0].isNull(row) { return nil }
          var members: [Double] = []
          for member in offsets[row]..<offsets[row + 1] where !child.isNull(Int(member)) {
            members.append(numbers[Int(member)])
          }
          if members.isEmpty { return nil }
          members.sort { $1.isNaN ? !$0.isNaN : $0 < $1 }
          return statistic(members)
        }
        return Column(
          type, .double(results.map { $0 ?? 0 }), validity: Bitmap(results.map { $0 != nil }))
      })
  }

  private static func sum(_ values: [Double]) -> Double {
    var sums = DoubleSums()
    sums.resize(to: 1)
    sums.add(values, group: 0)
    return sums.rounded(0)
  }

  /// Exponents are kept apart, so that no partial product leaves the range of doubles.
  @Sendable private static func product(_ members: [Double]) -> Double? {
    var significand = 1.0
    var exponent = 0
    for member in members {
      guard member.isFinite, member != 0 else { return members.reduce(1, *) }
      significand *= member.significand * (member < 0 ? -1 : 1)
      exponent += Int(member.exponent)
      exponent += Int(significand.exponent)
      significand = significand.significand * (significand < 0 ? -1 : 1)
    }
    return scalbn(significand, Int32(clamping: exponent))
  }

  /// Sums of the second and a higher power of the distances from the mean, over the count; nil
  /// without variation.
  private static func moments(
    _ members: [Double], _ power: (Double) -> Double
  ) -> (second: Double, higher: Double)? {
    let count = Double(members.count)
    if members.first == members.last { return nil }
    let mean = sum(members) / count
    let distances = members.map { $0 - mean }
    return (sum(distances.map { $0 * $0 }) / count, sum(distances.map(power)) / count)
  }

  @Sendable private static func skewness(_ members: [Double]) -> Double? {
    guard members.count > 2, let (second, third) = moments(members, { $0 * $0 * $0 }) else {
      return nil
    }
    let count = Double(members.count)
    return (count * (count - 1)).squareRoot() / (count - 2) * third / (second * second.squareRoot())
  }

  private static func excessKurtosis(_ members: [Double]) -> Double? {
    moments(members) { $0 * $0 * $0 * $0 }.map { $0.higher / ($0.second * $0.second) - 3 }
  }

  /// The members are in ascending order.
  @Sendable static func medianDistance(_ members: [Double]) -> Double? {
    let median = interpolate(members.count, 0.5) { members[$0] }
    let distances = members.map { ($0 - median).magnitude }.sorted {
      $1.isNaN ? !$0.isNaN : $0 < $1
    }
    return interpolate(distances.count, 0.5) { distances[$0] }
  }

  /// Of no members 0.
  private static let entropy = ScalarFunction(
    name: "list_entropy", usage: "list_entropy(list): in bits, of the members' frequencies",
    resolve: { types in
      guard types.count == 1, let type = types[0], type.memberType != nil else { return nil }
      return Signature(arguments: [type], result: .double)
    },
    evaluate: { arguments, type, rowCount throws(QueryError) in
      guard case .list(let offsets, let child) = arguments[0].storage else {
        throw QueryError(.type, "list_entropy needs a list")
      }
      let results: [Double] = (0..<rowCount).map { row in
        if arguments[0].isNull(row) { return 0 }
        let rows = sortedRows(
          child, (offsets[row]..<offsets[row + 1]).filter { !child.isNull(Int($0)) })
        var terms: [Double] = []
        var start = 0
        for place in rows.indices {
          let isLast = place + 1 == rows.count
          if !isLast, compareRows(child, Int(rows[place]), child, Int(rows[place + 1])) == 0 {
            continue
          }
          let share = Double(place + 1 - start) / Double(rows.count)
          terms.append(-share * log2(share))
          start = place + 1
        }
        let total = sum(terms)
        return total == 0 ? 0 : total
      }
      return Column(type, .double(results), validity: arguments[0].validity)
    })

  private static func bits(
    _ name: String, _ usage: String, _ combine: @escaping @Sendable (Int64, Int64) -> Int64
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 1, let type = types[0], let member = type.memberType,
          member.isInteger
        else { return nil }
        return Signature(arguments: [type], result: member)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        let numbers = child.longs
        let results: [Int64?] = (0..<rowCount).map { row in
          if arguments[0].isNull(row) { return nil }
          var result: Int64?
          for member in offsets[row]..<offsets[row + 1] where !child.isNull(Int(member)) {
            result = result.map { combine($0, numbers[Int(member)]) } ?? numbers[Int(member)]
          }
          return result
        }
        return try integerColumn(
          results.map { $0 ?? 0 }, type, Bitmap(results.map { $0 != nil }))
      })
  }
}
