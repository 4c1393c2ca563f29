import Columnar

extension ScalarFunctions {
  static let dateFunctions: [ScalarFunction] =
    DatePart.allCases.map { part in
      ScalarFunction(
        name: part.rawValue, usage: "\(part.rawValue)(date|timestamp)", resolve: onMoment(.int64),
        evaluate: { arguments, type, _ throws(QueryError) in
          part.values(arguments[0], type)
        })
    } + [
      DatePart.dayofweek.function("weekday", "weekday(date): 0 = Sunday"),
      DatePart.dayofmonth.function("dom", "dom(date)"),
      ScalarFunction(
        name: "date_part", usage: "date_part('year'|'month'|…, date|timestamp)",
        resolve: { types in
          guard types.count == 2, widens(types[0], to: .string),
            let signature = onMoment(.int64)([types[1]])
          else { return nil }
          return Signature(arguments: [.string] + signature.arguments, result: .int64)
        },
        evaluate: { arguments, type, rowCount throws(QueryError) in
          guard rowCount > 0 else { return Column(type, .int64([])) }
          let part = try DatePart.named(constantText(arguments[0], "date_part"))
          return part.values(arguments[1], type)
        }),
      truncFunction, diffFunction("date_diff"), diffFunction("datediff"), addFunction,
      makeDateFunction, lastDayFunction, toDateFunction, formatFunction,
      monthsFunction("add_months"), intervalFunction("date_plus", .date, [.month, .day]),
      intervalFunction("timestamp_plus", .timestamp, [.month, .day, .microsecond]),
      ScalarFunction(
        name: "epoch", usage: "epoch(timestamp): seconds since 1970-01-01 UTC",
        resolve: onMoment(.double),
        evaluate: { arguments, _, _ throws(QueryError) in
          let micros = moments(arguments[0])
          return Column(
            .double, .double(mapValues(micros) { Double($0) / 1e6 }),
            validity: arguments[0].validity)
        }),
    ]

  /// One date or timestamp.
  private static func onMoment(
    _ result: DataType
  ) -> @Sendable ([DataType?]) -> Signature? {
    { types in
      guard types.count == 1 else { return nil }
      switch types[0] {
      case nil: return Signature(arguments: [.date], result: result)
      case .date?, .timestamp?, .timestampNTZ?:
        return types[0].map { Signature(arguments: [$0], result: result) }
      default: return nil
      }
    }
  }

  private static let truncFunction = ScalarFunction(
    name: "date_trunc",
    usage: "date_trunc('year'|'quarter'|'month'|'week'|'day'|…, date|timestamp)",
    resolve: { types in
      guard types.count == 2, widens(types[0], to: .string),
        let signature = onMoment(.date)([types[1]])
      else { return nil }
      return Signature(arguments: [.string] + signature.arguments, result: signature.arguments[0])
    },
    evaluate: { arguments, type, rowCount throws(QueryError) in
      guard rowCount > 0 else { return arguments[1] }
      let unit = try DateUnit.named(constantText(arguments[0], "date_trunc"))
      let column = arguments[1]
      if case .int32(let days) = column.storage {
        return Column(
          type, .int32(mapValues(days) { unit.truncated(CalendarDate(days: $0)).days }),
          validity: column.validity)
      }
      return Column(
        type, .int64(mapValues(column.longs) { unit.truncated(microseconds: $0) }),
        validity: column.validity)
    })

  private static func diffFunction(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)('day'|'month'|…, from, to): boundaries crossed",
      resolve: { types in
        guard types.count == 3, widens(types[0], to: .string),
          let type = commonType([types[1], types[2]]) ?? Optional(.date),
          onMoment(.int64)([type]) != nil
        else { return nil }
        return Signature(arguments: [.string, type, type], result: .int64)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        guard rowCount > 0 else { return Column(type, .int64([])) }
        let unit = try DateUnit.named(constantText(arguments[0], name))
        let (from, to) = (moments(arguments[1]), moments(arguments[2]))
        return Column(
          type,
          .int64(
            zipValues(from, to) { unit.boundaries(before: $1) &- unit.boundaries(before: $0) }),
          validity: bothValid(arguments[1].validity, arguments[2].validity))
      })
  }

  private static let addFunction = ScalarFunction(
    name: "date_add", usage: "date_add(date|timestamp, count int, 'day'|'month'|…)",
    resolve: { types in
      guard types.count == 3, widens(types[1], to: .int64), widens(types[2], to: .string),
        let signature = onMoment(.date)([types[0]])
      else { return nil }
      return Signature(
        arguments: [signature.arguments[0], .int64, .string], result: signature.arguments[0])
    },
    evaluate: { arguments, type, rowCount throws(QueryError) in
      guard rowCount > 0 else { return arguments[0] }
      let unit = try DateUnit.named(constantText(arguments[2], "date_add"))
      return try added(arguments[0], arguments[1], unit, type, rowCount)
    })

  private static func monthsFunction(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(date|timestamp, months int): clipped to the month's end",
      resolve: { types in
        guard types.count == 2, widens(types[1], to: .int64),
          let signature = onMoment(.date)([types[0]])
        else { return nil }
        return Signature(
          arguments: [signature.arguments[0], .int64], result: signature.arguments[0])
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        try added(arguments[0], arguments[1], .month, type, rowCount)
      })
  }

  /// A moment moved by an interval: its months first, then days, then microseconds.
  private static func intervalFunction(
    _ name: String, _ type: DataType, _ units: [DateUnit]
  ) -> ScalarFunction {
    ScalarFunction(
      name: name, usage: "\(name)(\(type.sqlName), counts …): what + INTERVAL means",
      resolve: { types in
        guard types.count == units.count + 1, let own = types[0],
          own == type || (own == .timestampNTZ && type == .timestamp)
        else { return nil }
        return Signature(arguments: [own] + units.map { _ in .int64 }, result: own)
      },
      evaluate: { arguments, type, rowCount throws(QueryError) in
        var result = arguments[0]
        for (unit, counts) in zip(units, arguments.dropFirst())
        where counts.longs.contains(where: { $0 != 0 }) {
          result = try added(result, counts, unit, type, rowCount)
        }
        return result
      })
  }

  private static func added(
    _ column: Column, _ counts: Column, _ unit: DateUnit, _ type: DataType, _ rowCount: Int
  ) throws(QueryError) -> Column {
    let validity = bothValid(column.validity, counts.validity)
    let steps = counts.longs
    var results: [Int64] = []
    results.reserveCapacity(rowCount)
    let isDate = column.type == .date
    let values = column.longs
    for row in 0..<rowCount {
      guard isPresent(validity, row) else {
        results.append(0)
        continue
      }
      let moved =
        isDate
        ? unit.adding(steps[row], to: CalendarDate(days: Int32(values[row]))).map { Int64($0.days) }
        : unit.adding(steps[row], microseconds: values[row])
      guard let moved else {
        throw QueryError(
          .arithmetic,
          "\(display(column.value(row))) plus \(steps[row]) \(unit.rawValue) is out of range, or "
            + "finer than a \(type.sqlName)")
      }
      results.append(moved)
    }
    return isDate
      ? Column(
        type, .int32(mapValues(results) { Int32(truncatingIfNeeded: $0) }), validity: validity)
      : Column(type, .int64(results), validity: validity)
  }

  private static let makeDateFunction = ScalarFunction(
    name: "make_date", usage: "make_date(year int, month int, day int)",
    resolve: fixed([.int64, .int64, .int64], .date),
    evaluate: { arguments, type, rowCount throws(QueryError) in
      let validity = presence(arguments)
      let (years, months, days) = (arguments[0].longs, arguments[1].longs, arguments[2].longs)
      var values: [Int32] = []
      for row in 0..<rowCount {
        guard isPresent(validity, row) else {
          values.append(0)
          continue
        }
        guard
          let date = CalendarDate(
            year: Int(years[row]), month: Int(months[row]), day: Int(days[row]))
        else {
          throw QueryError(
            .arithmetic, "there is no day \(years[row])-\(months[row])-\(days[row])")
        }
        values.append(date.days)
      }
      return Column(type, .int32(values), validity: validity)
    })

  private static let lastDayFunction = ScalarFunction(
    name: "last_day", usage: "last_day(date): of its month", resolve: onMoment(.date),
    evaluate: { arguments, _, _ throws(QueryError) in
      let values = mapValues(moments(arguments[0])) { micros -> Int32 in
        let date = Timestamp(microseconds: micros).split.date
        let (year, month, day) = date.components
        return date.days + Int32(CalendarDate.daysInMonth(year: year, month: month) - day)
      }
      return Column(.date, .int32(values), validity: arguments[0].validity)
    })

  private static let toDateFunction = ScalarFunction(
    name: "to_date", usage: "to_date(text 'YYYY-MM-DD' | timestamp)",
    resolve: { types in
      guard types.count == 1 else { return nil }
      if widens(types[0], to: .string) { return Signature(arguments: [.string], result: .date) }
      return onMoment(.date)(types)
    },
    evaluate: { arguments, type, _ throws(QueryError) in
      try cast(arguments[0], to: type, isTry: false)
    })

  private static let formatFunction = ScalarFunction(
    name: "strftime", usage: "strftime(date|timestamp, format)",
    resolve: { types in
      guard types.count == 2, widens(types[1], to: .string),
        let signature = onMoment(.string)([types[0]])
      else { return nil }
      return Signature(arguments: signature.arguments + [.string], result: .string)
    },
    evaluate: { arguments, _, rowCount throws(QueryError) in
      let validity = presence(arguments)
      let (times, formats) = (moments(arguments[0]), arguments[1].texts)
      var builder = TextBuilder(rowCount: rowCount)
      var known = KnownFormat()
      for row in 0..<rowCount {
        if isPresent(validity, row) {
          let format = try known.format(formats.bytes(row))
          builder.add(format.written(times[row]).utf8)
        }
        try builder.finishRow()
      }
      return builder.finish(validity)
    })
}

/// The text that must be the same for all rows: a unit or part.
private func constantText(_ column: Column, _ function: String) throws(QueryError) -> String {
  guard let strings = column.storage.string, !column.isNull(0) else {
    throw QueryError(.type, "\(function) needs the name of a unit, such as 'month'")
  }
  return strings.string(0)
}

/// Dates and timestamps as microseconds since 1970.
func moments(_ column: Column) -> [Int64] {
  if case .int32(let days) = column.storage {
    return mapValues(days) { Int64($0) &* Timestamp.microsecondsPerDay }
  }
  return column.longs
}
