import Columnar

/// A function that runs an expression over each member of a list.
package enum LambdaFunction: String, CaseIterable {
  case transform = "list_transform"
  case filter = "list_filter"
  case reduce = "list_reduce"

  package static func named(_ name: String) -> LambdaFunction? {
    switch name {
    case "list_transform", "array_transform", "list_apply", "array_apply", "apply": .transform
    case "list_filter", "array_filter", "filter": .filter
    case "list_reduce", "array_reduce", "reduce": .reduce
    default: nil
    }
  }

  package static let names = ["list_transform", "list_apply", "list_filter", "list_reduce"]

  package var usage: String {
    switch self {
    case .transform: "list_transform(list, x -> expression), or (x, i) -> … with the place from 1"
    case .filter: "list_filter(list, x -> condition), or (x, i) -> … with the place from 1"
    case .reduce: "list_reduce(list, (sofar, x) -> expression [, start])"
    }
  }

  /// The function of one lambda: over the list (behind it the start, of a reduction), then the columns
  /// that the body captures.
  ///
  /// - Parameters:
  ///   - body: Over the parameters from position 0 on, then the captured columns.
  ///   - parameters: Their types, the member's place included.
  ///   - text: What tells this body from others.
  func function(
    _ body: BoundExpression, parameters: [DataType], text: String, hasStart: Bool = false
  ) -> ScalarFunction {
    ScalarFunction(
      name: "\(rawValue)[\(text)]", usage: usage, resolve: { _ in nil },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        let run = LambdaRun(
          body: try ExpressionCompiler.compile(body), parameters: parameters, list: arguments[0],
          rowCount: rowCount)
        switch self {
        case .transform: return try run.transformed(Array(arguments[1...]), type)
        case .filter: return try run.filtered(Array(arguments[1...]), type)
        case .reduce:
          return try run.reduced(
            start: hasStart ? arguments[1] : nil, Array(arguments[(hasStart ? 2 : 1)...]), type)
        }
      })
  }
}

/// One batch of lists with the expression that runs over their members.
private struct LambdaRun {
  let body: Evaluator
  let parameters: [DataType]
  let list: Column
  let rowCount: Int

  private var offsets: [Int32] { list.listOffsets }

  private func child() throws(QueryError) -> Column {
    guard case .list(_, let child) = list.storage else {
      throw QueryError(.type, "a lambda needs a list")
    }
    return child
  }

  /// The members of the lists that are present: their rows in the child, in their list's row, and
  /// their places from 1.
  private func members() -> (members: [Int32], rows: [Int32], places: [Int64]) {
    let offsets = offsets
    var (members, rows, places): ([Int32], [Int32], [Int64]) = ([], [], [])
    for row in 0..<rowCount where !list.isNull(row) {
      for member in offsets[row]..<offsets[row + 1] {
        members.append(member)
        rows.append(Int32(row))
        places.append(Int64(member - offsets[row]) + 1)
      }
    }
    return (members, rows, places)
  }

  /// The body's value for each member, in order; all of them at once.
  private func values(
    _ captured: [Column], _ place: (members: [Int32], rows: [Int32], places: [Int64])
  ) throws(QueryError) -> Column {
    guard !place.members.isEmpty else { return .nulls(body.type, count: 0) }
    var columns = [try child().take(place.members)]
    if parameters.count > 1 { columns.append(Column(.int64, .int64(place.places), validity: nil)) }
    columns += captured.map { $0.take(place.rows) }
    return try body.column(Chunk(columns: columns, rowCount: place.members.count))
  }

  private func ends(_ rows: [Int32]) -> [Int32] {
    var counts = [Int32](repeating: 0, count: rowCount + 1)
    for row in rows { counts[Int(row) + 1] += 1 }
    for row in 0..<rowCount { counts[row + 1] += counts[row] }
    return counts
  }

  func transformed(_ captured: [Column], _ type: DataType) throws(QueryError) -> Column {
    let place = members()
    let made = try values(captured, place)
    return Column(
      type, .list(offsets: ends(place.rows), child: made), validity: list.validity)
  }

  func filtered(_ captured: [Column], _ type: DataType) throws(QueryError) -> Column {
    let place = members()
    let kept = try values(captured, place)
    var (members, rows): ([Int32], [Int32]) = ([], [])
    if case .boolean(let bits) = kept.storage {
      for index in 0..<place.members.count where !kept.isNull(index) && bits[index] {
        members.append(place.members[index])
        rows.append(place.rows[index])
      }
    }
    let child = try child().take(members)
    return Column(type, .list(offsets: ends(rows), child: child), validity: list.validity)
  }

  /// Members one after the other, all lists side by side.
  func reduced(
    start: Column?, _ captured: [Column], _ type: DataType
  ) throws(QueryError) -> Column {
    let (offsets, child) = (offsets, try child())
    func length(_ row: Int) -> Int32 { list.isNull(row) ? 0 : offsets[row + 1] - offsets[row] }
    var sofar: Column
    var next: Int32 = 0
    if let start {
      sofar = start
    } else {
      // Without a start the first member is it, of an empty list there is none.
      let firsts: [Int32] = (0..<rowCount).map { length($0) > 0 ? offsets[$0] : -1 }
      sofar = child.takeNullable(firsts).retyped(type)
      next = 1
    }
    while true {
      let rows = (0..<Int32(rowCount)).filter { length(Int($0)) > next }
      if rows.isEmpty { break }
      var columns = [sofar.take(rows), child.take(rows.map { offsets[Int($0)] + next })]
      if parameters.count > 2 {
        let places = [Int64](repeating: Int64(next) + 1, count: rows.count)
        columns.append(Column(.int64, .int64(places), validity: nil))
      }
      columns += captured.map { $0.take(rows) }
      let step = try body.column(Chunk(columns: columns, rowCount: rows.count))
      var places = Array(0..<Int32(rowCount))
      for (index, row) in rows.enumerated() { places[Int(row)] = Int32(rowCount + index) }
      sofar = try Column.joined([sofar, step.retyped(sofar.type)]).take(places)
      next += 1
    }
    let result = sofar.retyped(type)
    return list.validity.map { result.masked($0) } ?? result
  }
}
