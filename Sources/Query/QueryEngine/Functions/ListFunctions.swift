import Columnar

extension ScalarFunctions {
  static let listFunctions: [ScalarFunction] =
    ["len", "length", "array_length", "list_length", "cardinality"].map { name in
      ScalarFunction(
        name: name,
        usage: name == "length" ? "length(text)" : "\(name)(list): the number of its members",
        resolve: { types in
          guard types.count == 1 else { return nil }
          let isOfTexts = name == "len" || name == "length"
          guard let type = types[0] ?? (name == "length" ? .string : nil) else { return nil }
          if type == .string {
            return isOfTexts ? Signature(arguments: [type], result: .int64) : nil
          }
          return type.isList ? Signature(arguments: [type], result: .int64) : nil
        },
        evaluate: { arguments, type, rowCount throws(QueryError) in
          let column = arguments[0]
          if case .string(let strings) = column.storage {
            let counts: [Int64] = makeValues(rowCount) { row in
              column.isNull(row) ? 0 : Int64(strings.bytes(row).count { $0 & 0xC0 != 0x80 })
            }
            return Column(type, .int64(counts), validity: column.validity)
          }
          let offsets = column.listOffsets
          return Column(
            type, .int64(makeValues(rowCount) { Int64(offsets[$0 + 1] - offsets[$0]) }),
            validity: column.validity)
        })
    }
    + ["element", "list_element", "list_extract"].map { name in
      ScalarFunction(
        name: name, usage: "\(name)(list, index int): from 1, from the end when negative",
        resolve: { types in
          guard types.count == 2, let type = types[0], let member = type.memberType,
            widens(types[1], to: .int64)
          else { return nil }
          return Signature(arguments: [type, .int64], result: member)
        },
        evaluate: { arguments, type, rowCount throws(QueryError) in
          guard case .list(let offsets, let child) = arguments[0].storage else {
            throw QueryError(.type, "\(name) needs a list")
          }
          let places = arguments[1].longs
          let validity = presence(arguments)
          let rows: [Int32] = makeValues(rowCount) { row in
            guard isPresent(validity, row) else { return -1 }
            let count = Int64(offsets[row + 1] - offsets[row])
            let place = places[row]
            guard place != 0, place <= count, place >= -count else { return -1 }
            return offsets[row] + Int32(place > 0 ? place - 1 : count + place)
          }
          return child.takeNullable(rows).retyped(type)
        })
    }
    + ["list_slice", "array_slice"].map { name in
      ScalarFunction(
        name: name,
        usage: "\(name)(list, first int, last int): both included, from the end when "
          + "negative",
        resolve: { types in
          guard types.count == 3, let type = types[0], let member = type.memberType,
            widens(types[1], to: .int64), widens(types[2], to: .int64)
          else { return nil }
          return Signature(
            arguments: [type, .int64, .int64], result: .list(element: Field("element", member)))
        },
        evaluate: { arguments, type, rowCount throws(QueryError) in
          guard case .list(let offsets, let child) = arguments[0].storage else {
            throw QueryError(.type, "\(name) needs a list")
          }
          let (firsts, lasts) = (arguments[1].longs, arguments[2].longs)
          let validity = presence(arguments)
          var rows: [Int32] = []
          var ends: [Int32] = [0]
          for row in 0..<rowCount {
            if isPresent(validity, row) {
              let count = Int64(offsets[row + 1] - offsets[row])
              let first = firsts[row] < 0 ? max(firsts[row], -count) + count : firsts[row] - 1
              let last = lasts[row] < 0 ? max(lasts[row], -count - 1) + count + 1 : lasts[row]
              let part = max(first, 0)..<max(max(first, 0), min(last, count))
              rows += part.map { offsets[row] + Int32($0) }
            }
            ends.append(Int32(rows.count))
          }
          return Column(type, .list(offsets: ends, child: child.take(rows)), validity: validity)
        })
    } + [
      listFold("list_sum", usage: "list_sum(list of numbers): exact for doubles", .sum),
      listFold("list_avg", usage: "list_avg(list of numbers)", .avg),
      listFold("list_min", usage: "list_min(list)", .min),
      listFold("list_max", usage: "list_max(list)", .max),
      ScalarFunction(
        name: "list_contains", usage: "list_contains(list, value)",
        resolve: { types in
          guard types.count == 2, let type = types[0], let member = type.memberType,
            widens(types[1], to: member)
          else { return nil }
          return Signature(arguments: [type, member], result: .boolean)
        },
        evaluate: { arguments, _, rowCount throws(QueryError) in
          guard case .list(let offsets, let child) = arguments[0].storage else {
            throw QueryError(.type, "list_contains needs a list")
          }
          let validity = presence(arguments)
          let bits = packBits(rowCount) { row in
            isPresent(validity, row)
              && (offsets[row]..<offsets[row + 1]).contains {
                !child.isNull(Int($0)) && compareRows(child, Int($0), arguments[1], row) == 0
              }
          }
          return Column(.boolean, .boolean(bits), validity: validity)
        }),
    ]

  /// An aggregate over each list's members; an empty list gives null.
  private static func listFold(
    _ name: String, usage: String, _ function: AggregateFunction
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: usage,
      resolve: { types in
        guard types.count == 1, let type = types[0], let member = type.memberType else {
          return nil
        }
        guard let result = foldType(function, member) else { return nil }
        return Signature(arguments: [type], result: result)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard case .list(let offsets, let child) = arguments[0].storage else {
          throw QueryError(.type, "\(name) needs a list")
        }
        let states = try makeAccumulator(function, [child.type], result: type)
        states.resize(rowCount)
        var groups: [Int32] = []
        for row in 0..<rowCount {
          groups.append(
            contentsOf: repeatElement(Int32(row), count: Int(offsets[row + 1] - offsets[row])))
        }
        let first = Int(offsets[0])
        try states.update(
          AggregateInput(
            arguments: [child.slice(first..<(first + groups.count))], groups: groups,
            rowCount: groups.count, base: 0, rows: nil))
        let result = try states.finish(Array(0..<Int32(rowCount))).retyped(type)
        return arguments[0].validity.map { result.masked($0) } ?? result
      })
  }

  private static func foldType(_ function: AggregateFunction, _ member: DataType) -> DataType? {
    switch function {
    case .min, .max: member
    case .sum:
      member.isInteger
        ? .int64
        : (member.isFloating
          ? .double : member.decimalShape.map { .decimal(precision: 38, scale: $0.scale) })
    default: member.isNumeric ? .double : nil
    }
  }
}

extension DataType {
  var isList: Bool { memberType != nil }

  /// The type of a list's or vector's members.
  var memberType: DataType? {
    switch self {
    case .list(let element): element.type
    case .vector: .double
    default: nil
    }
  }
}

extension Column {
  var listOffsets: [Int32] { if case .list(let offsets, _) = storage { offsets } else { [0] } }
}
