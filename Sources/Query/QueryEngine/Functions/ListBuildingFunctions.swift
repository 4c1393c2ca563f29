import Columnar

// Lists made from lists. Null members are members: they are kept, sorted as ORDER BY does (last, and
// first where it descends) and counted once.

extension ScalarFunctions {
  static let listBuildingFunctions: [ScalarFunction] = [
    joinFunction(
      "list_append", "list_append(list, value): with the value behind it",
      [.list, .member]),
    joinFunction("list_prepend", "list_prepend(value, list)", [.member, .list]),
    joinFunction("list_concat", "list_concat(list, list): one behind the other", [.list, .list]),
    joinFunction("array_cat", "array_cat(list, list)", [.list, .list]),
    orderFunction("list_sort", "list_sort(list): ascending, nulls last", isDescending: false),
    orderFunction("array_sort", "array_sort(list)", isDescending: false),
    orderFunction(
      "list_reverse_sort", "list_reverse_sort(list): descending, nulls first", isDescending: true),
    rowsFunction("list_reverse", "list_reverse(list)") { _, rows in rows.reversed() },
    rowsFunction("list_distinct", "list_distinct(list): each value once, without nulls") {
      child, rows in
      var kept: [Int32] = []
      for row in sortedRows(child, rows) where !child.isNull(Int(row)) {
        if let last = kept.last, compareRows(child, Int(last), child, Int(row)) == 0 { continue }
        kept.append(row)
      }
      return kept.sorted()
    },
    positionFunction("list_position"), positionFunction("array_position"),
    textFunction("array_to_string"), textFunction("list_to_string"),
  ]

  private enum Part {
    case list
    case member
  }

  private static func joinFunction(
    _ name: String, _ usage: String, _ parts: [Part]
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 2 else { return nil }
        var members: [DataType?] = []
        for (type, part) in zip(types, parts) {
          switch part {
          case .member: members.append(type)
          case .list:
            guard let type else { return nil }
            guard let member = type.memberType else { return nil }
            members.append(member)
          }
        }
        guard let member = commonType(members) else { return nil }
        let list = DataType.list(element: Field("element", member))
        return Signature(
          arguments: parts.map { part in
            switch part {
            case .list: list
            case .member: member
            }
          }, result: list)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        var children: [Column] = []
        var starts: [Int32] = []
        var next: Int32 = 0
        for argument in arguments {
          starts.append(next)
          if case .list(_, let child) = argument.storage, argument.type == type {
            children.append(child)
          } else {
            children.append(argument)
          }
          next += Int32(children[children.count - 1].count)
        }
        var rows: [Int32] = []
        var offsets: [Int32] = [0]
        // Only a null list makes the result null.
        var validity: Bitmap?
        for (argument, part) in zip(arguments, parts) where part == .list {
          validity = bothValid(validity, argument.validity)
        }
        for row in 0..<rowCount {
          if isPresent(validity, row) {
            for (index, argument) in arguments.enumerated() {
              if parts[index] == .list, case .list(let own, _) = argument.storage {
                for member in own[row]..<own[row + 1] { rows.append(starts[index] + member) }
              } else {
                rows.append(starts[index] + Int32(row))
              }
            }
          }
          offsets.append(Int32(rows.count))
        }
        let child = try Column.joined(children.map { $0.retyped(type.memberType ?? $0.type) })
        return Column(type, .list(offsets: offsets, child: child.take(rows)), validity: validity)
      })
  }

  /// Another choice or order of each list's members.
  private static func rowsFunction(
    _ name: String, _ usage: String,
    _ choose: @escaping @Sendable (_ child: Column, _ rows: [Int32]) -> [Int32]
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 1, let type = types[0], let member = type.memberType else {
          return nil
        }
        return Signature(
          arguments: [type], result: .list(element: Field("element", member)))
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        var rows: [Int32] = []
        var ends: [Int32] = [0]
        for row in 0..<rowCount {
          rows += choose(child, Array(offsets[row]..<offsets[row + 1]))
          ends.append(Int32(rows.count))
        }
        return Column(
          type, .list(offsets: ends, child: child.take(rows)), validity: arguments[0].validity)
      })
  }

  private static func orderFunction(
    _ name: String, _ usage: String, isDescending: Bool
  ) -> ScalarFunction {
    rowsFunction(name, usage) { child, rows in
      let sorted = sortedRows(child, rows)
      return isDescending ? sorted.reversed() : sorted
    }
  }

  /// Ascending, equal ones in their order, nulls last.
  static func sortedRows(_ child: Column, _ rows: [Int32]) -> [Int32] {
    rows.sorted { left, right in
      let (isNull, isOtherNull) = (child.isNull(Int(left)), child.isNull(Int(right)))
      if isNull || isOtherNull { return !isNull || (isOtherNull && left < right) }
      let order = compareRows(child, Int(left), child, Int(right))
      return order < 0 || (order == 0 && left < right)
    }
  }

  private static func positionFunction(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(list, value): where it first stands, from 1; null when nowhere",
      resolve: { types in
        guard types.count == 2, let type = types[0], let member = type.memberType,
          widens(types[1], to: member)
        else { return nil }
        return Signature(arguments: [type, member], result: .int32)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        // NULL is found as other values are, as PostgreSQL's array_position finds it.
        let places: [Int32?] = (0..<rowCount).map { row in
          if arguments[0].isNull(row) { return nil }
          let isNull = arguments[1].isNull(row)
          return (offsets[row]..<offsets[row + 1]).first {
            child.isNull(Int($0))
              ? isNull : !isNull && compareRows(child, Int($0), arguments[1], row) == 0
          }.map { $0 - offsets[row] + 1 }
        }
        return Column(
          type, .int32(places.map { $0 ?? 0 }), validity: Bitmap(places.map { $0 != nil }))
      })
  }

  /// Members as text with a separator between; nulls are left out, as PostgreSQL does.
  private static func textFunction(_ name: String) -> ScalarFunction {
    let texts = DataType.list(element: Field("element", .string))
    return ScalarFunction(
      name: name, usage: "\(name)(list of strings, separator): nulls are left out",
      resolve: { types in
        guard types.count == 2, let member = types[0]?.memberType, member == .string,
          types[1] ?? .string == .string
        else { return nil }
        return Signature(arguments: [texts, .string], result: .string)
      },
      evaluate: { arguments, _, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        let validity = presence(arguments)
        var builder = TextBuilder(rowCount: rowCount)
        for row in 0..<rowCount {
          var isFirst = true
          if isPresent(validity, row) {
            for member in offsets[row]..<offsets[row + 1] where !child.isNull(Int(member)) {
              if !isFirst { builder.add(arguments[1].texts.bytes(row)) }
              builder.add(child.texts.bytes(Int(member)))
              isFirst = false
            }
          }
          try builder.finishRow()
        }
        return builder.finish(validity)
      })
  }
}
