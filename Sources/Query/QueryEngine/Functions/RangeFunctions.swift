import Columnar

extension ScalarFunctions {
  /// `range(first, last, step)` as a list, the last not included; `generate_series` includes it.
  static let rangeFunctions: [ScalarFunction] = ["range", "generate_series"].map { name in
    ScalarFunction(
      name: name,
      usage: "\(name)([first bigint,] last bigint [, step bigint]): a list, the last "
        + (name == "range" ? "not " : "") + "included",
      resolve: { types in
        guard (1...3).contains(types.count), types.allSatisfy({ widens($0, to: .int64) }) else {
          return nil
        }
        return Signature(
          arguments: Array(repeating: .int64, count: types.count),
          result: .list(element: Field("element", .int64)))
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let validity = presence(arguments)
        let numbers = arguments.map(\.longs)
        var values: [Int64] = []
        var ends: [Int32] = [0]
        for row in 0..<rowCount {
          if isPresent(validity, row) {
            let steps = try WholeSteps(
              first: numbers.count > 1 ? numbers[0][row] : 0,
              last: numbers.count > 1 ? numbers[1][row] : numbers[0][row],
              step: numbers.count > 2 ? numbers[2][row] : 1, isClosed: name != "range")
            guard steps.count <= WholeSteps.listMax - values.count else {
              throw QueryError(
                .memory, "\(name) would make a list of \(steps.count) members",
                help: "\(name) in FROM gives rows instead")
            }
            for number in 0..<steps.count { values.append(steps[number]) }
          }
          ends.append(Int32(values.count))
        }
        return Column(
          type, .list(offsets: ends, child: Column(.int64, .int64(values))), validity: validity)
      })
  }
}

/// Whole numbers at equal distances.
struct WholeSteps: Sendable {
  static let listMax = 100_000_000
  let first: Int64
  let step: Int64
  let count: Int

  /// - Throws: for a step of zero, or more members than can be counted.
  init(first: Int64, last: Int64, step: Int64, isClosed: Bool) throws(QueryError) {
    guard step != 0 else {
      throw QueryError(.type, "the step of a range cannot be 0")
    }
    (self.first, self.step) = (first, step)
    if first == last {
      count = isClosed ? 1 : 0
      return
    }
    guard (last > first) == (step > 0) else {
      count = 0
      return
    }
    let distance = last > first ? last.subtractingWrapping(first) : first.subtractingWrapping(last)
    let (whole, rest) = distance.quotientAndRemainder(dividingBy: UInt64(step.magnitude))
    let members = whole + (rest > 0 || isClosed ? 1 : 0)
    guard members <= UInt64(Int64.max) else {
      throw QueryError(.type, "a range from \(first) to \(last) has too many members")
    }
    count = Int(members)
  }

  /// - Precondition: `number < count`.
  subscript(number: Int) -> Int64 { first &+ step &* Int64(number) }
}

extension Int64 {
  /// `self - other` as the distance it is, for `self ≥ other`.
  fileprivate func subtractingWrapping(_ other: Int64) -> UInt64 {
    UInt64(bitPattern: self) &- UInt64(bitPattern: other)
  }
}
