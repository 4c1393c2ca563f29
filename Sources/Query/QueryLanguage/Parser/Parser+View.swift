extension Parser {
  func createView(orReplace: Bool) throws(Diagnostic) -> CreateView {
    let ifNotExists = try ifNotExists()
    let name = try qualifiedName("a name for the view")
    let columns = isSymbol(.leftParenthesis) ? try columnNames() : []
    try expect("AS")
    return CreateView(
      name: name, orReplace: orReplace, ifNotExists: ifNotExists, columns: columns,
      query: try query())
  }

  func createMaterializedView(orReplace: Bool) throws(Diagnostic) -> CreateMaterializedView {
    let ifNotExists = try ifNotExists()
    let name = try qualifiedName("a name for the view")
    let nothing = Query(body: .values([]))
    var view = CreateMaterializedView(
      name: name, orReplace: orReplace, ifNotExists: ifNotExists, refresh: .manual, query: nothing)
    var seen: Set<String> = []
    while !isWord("AS") {
      // The first word names the clause, and every clause but EXPECT stands once.
      let word = token
      if word.keyword != "EXPECT", !seen.insert(word.keyword).inserted { throw repeated(word) }
      try viewClause(of: &view)
    }
    try expect("AS")
    view.query = try query()
    return view
  }

  private func viewClause(of view: inout CreateMaterializedView) throws(Diagnostic) {
    if isWord("BUSINESS") {
      view.businessDate = try businessDate()
    } else if accept("KEYED") {
      try expect("BY")
      view.keyedBy = try columnNames()
    } else if accept("REFRESH") {
      view.refresh = try refreshPolicy()
    } else if accept("INCREMENTAL") {
      try expect("STRICT")
      view.isStrict = true
    } else if accept("FRESH") {
      try expect("WITHIN")
      view.freshWithin = try duration()
    } else if accept("READY") {
      try expect("BY")
      view.readyBy = try timeOfDay()
    } else if accept("RETRY") {
      view.retry = try retryPolicy()
    } else if isWord("EXPECT") {
      view.expectations.append(try expectation())
    } else if accept("RETAIN") {
      view.retain = try duration()
    } else {
      throw unexpected("a clause of the view, or AS and its query")
    }
  }

  private func refreshPolicy() throws(Diagnostic) -> RefreshPolicy {
    if accept("MANUAL") { return .manual }
    if accept("ON") {
      try expect("COMMIT")
      return .onCommit
    }
    if accept("EVERY") { return .every(try duration()) }
    guard accept("CRON") else { throw unexpected("MANUAL, ON COMMIT, EVERY or CRON") }
    let schedule = try textLiteral("a schedule such as '0 7 * * MON-FRI'")
    let fields = schedule.text.split(separator: " ").count
    guard fields == 5 else {
      throw Diagnostic(
        "a cron schedule has 5 fields, this one has \(fields)", at: schedule.range,
        help: "minute, hour, day of the month, month, day of the week: '0 7 * * MON-FRI'")
    }
    let zone = accept("TIMEZONE") ? try textLiteral("a time zone") : nil
    let calendar = accept("CALENDAR") ? try identifier("the name of a calendar") : nil
    return .cron(schedule, timeZone: zone, calendar: calendar)
  }

  private func retryPolicy() throws(Diagnostic) -> RetryPolicy {
    var policy = RetryPolicy(count: try count("a number of retries"))
    if accept("BACKOFF") {
      policy.shortest = try duration()
      if accept(.dotDot) { policy.longest = try duration() }
    }
    return policy
  }

  /// A positive span of time in quotes, kept as text.
  func duration(orZero: Bool = false) throws(Diagnostic) -> TextLiteral {
    let text = try textLiteral("a duration such as '30 minutes'")
    try checkDuration(text, orZero: orZero)
    return text
  }

  func checkDuration(_ text: TextLiteral, orZero: Bool = false) throws(Diagnostic) {
    let interval = IntervalText.parse(text.text)
    let parts = interval.map { [$0.months, $0.days, $0.microseconds] } ?? []
    let isLongEnough = orZero ? !parts.isEmpty : parts.contains { $0 > 0 }
    guard isLongEnough, parts.allSatisfy({ $0 >= 0 }) else {
      throw Diagnostic(
        "'\(text.text)' is not a duration", at: text.range,
        help: "write a number and a unit, as in '30 minutes' or '7 years'")
    }
  }

  private func timeOfDay() throws(Diagnostic) -> TextLiteral {
    let text = try textLiteral("a time such as '07:00'")
    guard CalendarText.isTimestamp("2000-01-01 " + text.text), text.text.utf8.count <= 8 else {
      throw Diagnostic(
        "'\(text.text)' is not a time of day", at: text.range,
        help: "write hours and minutes: '07:00'")
    }
    return text
  }
}
