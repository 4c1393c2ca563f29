import Columnar
import QueryEngine
import Testing

@Suite("Windows against a row-wise reference")
struct WindowTests {
  private let fields = AggregateTests.fields

  private func bound(_ kind: Int, _ distance: Value) -> WindowCall.Bound {
    [
      .unboundedPreceding, .preceding(distance), .currentRow, .following(distance),
      .unboundedFollowing,
    ][kind]
  }

  /// Rows of a partition in order, as input positions.
  private func partition(_ data: [[Value]], of row: Int) -> [Int] {
    let members = data.indices.filter { data[$0][0] == data[row][0] }
    return members.sorted { a, b in
      let (x, y) = (data[a][1], data[b][1])
      if x.isNull != y.isNull { return y.isNull }
      let order = AggregateTests.compare(x, y)
      return order == 0 ? a < b : order < 0
    }
  }

  private func key(_ value: Value) -> Int? {
    if case .int32(let key) = value { Int(key) } else { nil }
  }

  private func frame(
    _ data: [[Value]], _ order: [Int], _ place: Int, _ frame: WindowCall.Frame
  ) -> [Int] {
    let keys = order.map { key(data[$0][1]) }
    let groups = keys.indices.map { Set(keys[0...$0].map { $0 ?? 999 }).count }
    func isInside(_ other: Int, _ bound: WindowCall.Bound, isStart: Bool) -> Bool {
      switch bound {
      case .unboundedPreceding, .unboundedFollowing, .precedingBy, .followingBy: return true
      case .currentRow:
        switch frame.unit {
        case .rows: return isStart ? other >= place : other <= place
        default: return isStart ? groups[other] >= groups[place] : groups[other] <= groups[place]
        }
      case .preceding(let value), .following(let value):
        var distance = key(value) ?? 0
        if case .preceding = bound { distance = -distance }
        switch frame.unit {
        case .rows: return isStart ? other >= place + distance : other <= place + distance
        case .groups:
          return isStart
            ? groups[other] >= groups[place] + distance : groups[other] <= groups[place] + distance
        case .range:
          guard let own = keys[place] else {
            return isStart ? groups[other] >= groups[place] : groups[other] <= groups[place]
          }
          // Nulls sort last: after every distance, and in no frame with one.
          guard let theirs = keys[other] else { return isStart }
          return isStart ? theirs >= own + distance : theirs <= own + distance
        }
      }
    }
    let inside = order.indices.filter {
      isInside($0, frame.start, isStart: true) && isInside($0, frame.end, isStart: false)
    }
    return inside.filter { other in
      switch frame.exclusion {
      case .none: true
      case .currentRow: other != place
      case .group: groups[other] != groups[place]
      case .ties: other == place || groups[other] != groups[place]
      }
    }.map { order[$0] }
  }

  @Test(
    "frames of every unit, bound and exclusion", arguments: [WindowCall.Unit.rows, .range, .groups])
  func frames(unit: WindowCall.Unit) throws {
    var random = Seeded(3)
    let data = AggregateTests.randomRows(60, &random)
    let input = table(fields, data, batch: 13)
    for (start, end) in [(0, 2), (0, 4), (1, 3), (1, 2), (2, 4), (3, 3), (1, 1), (2, 2)] {
      for exclusion in [WindowCall.Exclusion.none, .currentRow, .group, .ties] {
        let frame = WindowCall.Frame(
          unit: unit, start: bound(start, .int32(start == end && start == 1 ? 3 : 1)),
          end: bound(end, .int32(2)), exclusion: exclusion)
        let calls = AggregateTests.calls.filter { ![.list, .first, .last].contains($0.function) }
        let windows =
          calls.map { call in
            WindowCall(
              function: .aggregate(call.function), arguments: call.arguments,
              partitionBy: [col(0, .string)],
              orderBy: [SortKey(col(1, .int32), isDescending: false, nullsFirst: false)],
              frame: frame, filter: call.filter, isDistinct: call.isDistinct, type: call.type,
              name: call.name)
          }
        let found = try rows(.window(WindowNode(input: input, calls: windows)), threads: 2)
        for row in data.indices {
          let order = partition(data, of: row)
          guard let place = order.firstIndex(of: row) else { continue }
          let members = self.frame(data, order, place, frame).map { data[$0] }
          for (index, call) in calls.enumerated() {
            let expected = AggregateTests.reference(call, members)
            #expect(
              same(found[row][fields.count + index], expected),
              "\(unit) \(frame) row \(row) \(call.function)")
          }
        }
      }
    }
  }

  @Test("ranking and offset functions")
  func ranking() throws {
    let data: [[Value]] = [10, 20, 20, 30, 40].map { [.int32($0)] }
    func run(_ function: WindowCall.Function, _ arguments: [BoundExpression], _ type: DataType)
      throws -> [Value]
    {
      let call = WindowCall(
        function: function, arguments: arguments, partitionBy: [],
        orderBy: [SortKey(col(0, .int32), isDescending: false, nullsFirst: false)],
        frame: WindowCall.Frame(unit: .range, start: .unboundedPreceding, end: .currentRow),
        type: type, name: "w")
      return try rows(
        .window(WindowNode(input: table([Field("k", .int32)], data, batch: 2), calls: [call]))
      )
      .map { $0[1] }
    }
    #expect(try run(.rowNumber, [], .int64) == [1, 2, 3, 4, 5].map { .int64($0) })
    #expect(try run(.rank, [], .int64) == [1, 2, 2, 4, 5].map { .int64($0) })
    #expect(try run(.denseRank, [], .int64) == [1, 2, 2, 3, 4].map { .int64($0) })
    #expect(try run(.percentRank, [], .double) == [0, 0.25, 0.25, 0.75, 1].map { .double($0) })
    #expect(
      try run(.cumulativeDistribution, [], .double) == [0.2, 0.6, 0.6, 0.8, 1].map { .double($0) })
    #expect(
      try run(.tile, [.constant(.int64(2), .int64)], .int64) == [1, 1, 1, 2, 2].map { .int64($0) })
    #expect(
      try run(.lag, [col(0, .int32)], .int32) == [
        .null, .int32(10), .int32(20), .int32(20), .int32(30),
      ])
    #expect(
      try run(
        .lead, [col(0, .int32), .constant(.int64(2), .int64), .constant(.int32(-1), .int32)], .int32
      )
        == [20, 30, 40, -1, -1].map { .int32($0) })
    #expect(
      try run(.lastValue, [col(0, .int32)], .int32) == [10, 20, 20, 30, 40].map { .int32($0) })
    #expect(
      try run(.nthValue, [col(0, .int32), .constant(.int64(2), .int64)], .int32)
        == [.null, .int32(20), .int32(20), .int32(20), .int32(20)])
  }

  @Test("a moving sum of doubles is exact")
  func movingSum() throws {
    let values: [Double] = [1e100, 1, -1e100, 3, .infinity, 2, 0.1, 0.2]
    let call = WindowCall(
      function: .aggregate(.sum), arguments: [col(0, .double)], partitionBy: [], orderBy: [],
      frame: WindowCall.Frame(unit: .rows, start: .preceding(.int32(2)), end: .currentRow),
      type: .double, name: "s")
    let found = try rows(
      .window(
        WindowNode(input: table([Field("x", .double)], values.map { [.double($0)] }), calls: [call])
      ))
    let expected = values.indices.map { referenceSum(Array(values[max(0, $0 - 2)...$0])) }
    for (row, value) in expected.enumerated() where value.isFinite {
      #expect(found[row][1] == .double(value))
    }
    #expect(found[6][1] == .double(.infinity))
    #expect(found[7][1] == .double(referenceSum([2, 0.1, 0.2])))
  }
}
