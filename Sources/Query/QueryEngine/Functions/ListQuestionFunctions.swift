import Columnar

// Questions about lists, and other names of list functions.

extension ScalarFunctions {
  static let listQuestionFunctions: [ScalarFunction] = {
    var functions: [ScalarFunction] = [
      countFunction("list_count", "list_count(list): the number of its members that are not null") {
        _, rows in rows.count
      },
      countFunction(
        "list_unique", "list_unique(list): the number of different values, without nulls"
      ) {
        child, rows in
        let sorted = sortedRows(child, rows)
        return sorted.indices.count { place in
          place == 0 || compareRows(child, Int(sorted[place - 1]), child, Int(sorted[place])) != 0
        }
      },
      membership("list_has_any", "list_has_any(list, list): whether they share a member") {
        own, others, isSame in others.contains { other in own.contains { isSame($0, other) } }
      },
      membership(
        "list_has_all", "list_has_all(list, list): whether the first has every member of the other"
      ) {
        own, others, isSame in others.allSatisfy { other in own.contains { isSame($0, other) } }
      },
      flatten, mode,
    ]
    let aliases = [
      "list_has": "list_contains", "array_has": "list_contains", "array_contains": "list_contains",
      "list_indexof": "list_position", "array_indexof": "list_position",
      "array_append": "list_append", "array_push_back": "list_append",
      "array_prepend": "list_prepend", "array_concat": "list_concat", "list_cat": "list_concat",
      "array_distinct": "list_distinct", "array_reverse": "list_reverse",
      "array_reverse_sort": "list_reverse_sort", "array_unique": "list_unique",
    ]
    let known = listFunctions + listBuildingFunctions + functions
    for (alias, name) in aliases {
      if let function = known.first(where: { $0.name == name }) {
        functions.append(function.named(alias))
      }
    }
    return functions
  }()

  private static let mode = ScalarFunction(
    name: "list_mode", usage: "list_mode(list): the most frequent member, the first of several",
    resolve: { types in
      guard types.count == 1, let type = types[0], let member = type.memberType else { return nil }
      return Signature(arguments: [type], result: member)
    },
    evaluate: { arguments, type, rowCount throws(QueryError) in
      guard case .list(let offsets, let child) = arguments[0].storage else {
        throw QueryError(.type, "list_mode needs a list")
      }
      var picked = [Int32](repeating: -1, count: rowCount)
      for row in 0..<rowCount where !arguments[0].isNull(row) {
        let sorted = sortedRows(
          child, (offsets[row]..<offsets[row + 1]).filter { !child.isNull(Int($0)) })
        var (most, place) = (0, 0)
        while place < sorted.count {
          let first = sorted[place]
          var end = place + 1
          while end < sorted.count, compareRows(child, Int(first), child, Int(sorted[end])) == 0 {
            end += 1
          }
          // Equal members keep their order: the first of a run is the first of them in the list.
          if end - place > most || (end - place == most && first < picked[row]) {
            (most, picked[row]) = (end - place, first)
          }
          place = end
        }
      }
      return child.takeNullable(picked).retyped(type)
    })

  /// A number counted from the members that are not null.
  private static func countFunction(
    _ name: String, _ usage: String, _ count: @escaping @Sendable (Column, [Int32]) -> Int
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 1, let type = types[0], type.isList else { return nil }
        return Signature(arguments: [type], result: .int64)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        let counts: [Int64] = (0..<rowCount).map { row in
          if arguments[0].isNull(row) { return 0 }
          let present = (offsets[row]..<offsets[row + 1]).filter { !child.isNull(Int($0)) }
          return Int64(count(child, present))
        }
        return Column(type, .int64(counts), validity: arguments[0].validity)
      })
  }

  /// A question about two lists of one type; nulls are no members.
  private static func membership(
    _ name: String, _ usage: String,
    _ answer: @escaping @Sendable ([Int32], [Int32], (Int32, Int32) -> Bool) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 2, let own = types[0]?.memberType, let other = types[1]?.memberType,
          let member = commonType([own, other])
        else { return nil }
        let list = DataType.list(element: Field("element", member))
        return Signature(arguments: [list, list], result: .boolean)
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage,
          case .list(let otherOffsets, let otherChild) = arguments[1].storage
        else { throw QueryError(.type, "\(name) needs lists") }
        let validity = presence(arguments)
        let bits = packBits(rowCount) { row in
          guard isPresent(validity, row) else { return false }
          let own = (offsets[row]..<offsets[row + 1]).filter { !child.isNull(Int($0)) }
          let others = (otherOffsets[row]..<otherOffsets[row + 1]).filter {
            !otherChild.isNull(Int($0))
          }
          return answer(own, others) { compareRows(child, Int($0), otherChild, Int($1)) == 0 }
        }
        return Column(.boolean, .boolean(bits), validity: validity)
      })
  }

  /// The members of a list's lists, one behind the other; null lists have none.
  private static let flatten = ScalarFunction(
    name: "flatten", usage: "flatten(list of lists): their members in one list",
    resolve: { types in
      guard types.count == 1, let type = types[0], let inner = type.memberType,
        let member = inner.memberType
      else { return nil }
      return Signature(arguments: [type], result: .list(element: Field("element", member)))
    },
    evaluate: { arguments, type, rowCount throws(QueryError) in
      guard case .list(let offsets, let lists) = arguments[0].storage,
        case .list(let inner, let child) = lists.storage
      else { throw QueryError(.type, "flatten needs a list of lists") }
      var rows: [Int32] = []
      var ends: [Int32] = [0]
      for row in 0..<rowCount {
        if !arguments[0].isNull(row) {
          for list in Int(offsets[row])..<Int(offsets[row + 1]) where !lists.isNull(list) {
            rows += inner[list]..<inner[list + 1]
          }
        }
        ends.append(Int32(rows.count))
      }
      return Column(
        type, .list(offsets: ends, child: child.take(rows)), validity: arguments[0].validity)
    })
}
