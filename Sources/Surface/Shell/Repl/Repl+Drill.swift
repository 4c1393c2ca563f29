import Columnar
import Lakehouse
import QueryLanguage
import Reports

extension Repl {
  /// Levels that `.down` tries when none were named and the table has them.
  private static let usualLevels = [
    "legal_entity", "entity", "business_unit", "desk", "book", "trade_id", "position_id",
  ]

  func drill(_ command: DotCommand, _ argument: String) throws(LakeError) {
    switch command {
    case .hierarchy: return try setHierarchy(argument)
    case .back:
      return try goBack()
    case .why: return try explainRow(argument)
    default: break
    }
    guard var state = drillState else {
      throw LakeError(
        .usage, "there is no grouped query to drill into",
        help: "run one first: SELECT desk, SUM(market_value) AS value FROM silver.positions "
          + "AS OF T GROUP BY desk;")
    }
    switch command {
    case .slice: try slice(&state, argument)
    case .down: try goDown(&state, argument)
    case .up: return try goUp()
    case .across:
      state.across = argument == "off" ? nil : try needed(argument, command)
      (state.compare, state.movers) = (nil, nil)
    case .compare:
      let point = try needed(argument, command)
      if point.lowercased() == Repl.lakeItself {
        state.compare = try snapshotOfLake()
      } else {
        state.compare = point == "off" ? nil : point
      }
      (state.across, state.movers) = (nil, nil)
    case .movers:
      guard let count = argument.isEmpty ? 10 : Int(argument), count > 0 else {
        throw LakeError(.usage, "expected .movers N, found '\(argument)'")
      }
      state.across = nil
      state.movers = count
    default: break
    }
    try show(state)
    // Only a step that worked is one to go back from.
    if let old = drillState, old != state {
      trail.append(DrillPlace(state: old, branch: conversation.branch))
    }
    drillState = state
  }

  private func needed(_ argument: String, _ command: DotCommand) throws(LakeError) -> String {
    if argument.isEmpty {
      throw LakeError(
        .usage, "expected .\(command.rawValue) \(command.arguments)",
        help: command.example.map { "for example \($0)" })
    }
    return argument
  }

  /// Runs the state's query, and tells it.
  private func show(_ state: DrillState) throws(LakeError) {
    results.note(Repl.folded(state.clauses, width: console.width()) + ";")
    results.preferredColumns = state.preferredColumns
    defer { results.preferredColumns = [] }
    try runStatements(state.sql + ";", tracksDrill: false)
  }

  /// The clauses on one line where they fit, else on lines that break between them.
  private static func folded(_ clauses: [String], width: Int) -> String {
    var lines: [String] = []
    for clause in clauses {
      if let last = lines.last, DisplayWidth.of(last) + 1 + DisplayWidth.of(clause) < width {
        lines[lines.count - 1] = last + " " + clause
      } else {
        lines.append(lines.isEmpty ? clause : "  " + clause)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// To the step before, on the branch where it was made.
  private func goBack() throws(LakeError) {
    guard let earlier = trail.popLast() else {
      // A grouped query on a branch begins a new trail; the way out stays.
      if conversation.branch != nil { return try leaveBranch() }
      throw LakeError(.usage, "there is no step to go back")
    }
    try useBranch(earlier.branch)
    drillState = earlier.state
    if let state = earlier.state { try show(state) }
  }

  func runTold(_ sql: String) throws(LakeError) {
    results.note(sql)
    try runStatements(sql, tracksDrill: false)
  }

  private func setHierarchy(_ argument: String) throws(LakeError) {
    if !argument.isEmpty {
      hierarchy = argument.split(separator: ">").map { String($0).trimmedBlanks }
    }
    let levels = hierarchy.isEmpty ? "there are no levels yet" : hierarchy.joined(separator: " > ")
    try results.write(levels + "\n")
  }

  private func isNumeric(_ column: String, _ state: DrillState) -> Bool {
    guard let table = state.table, let schema = try? conversation.describe(table) else {
      return true
    }
    let name = StatementOutline.split(column).name.lowercased()
    return schema.fields.first { $0.name.lowercased() == name }?.type.isNumeric ?? false
  }

  private func slice(_ state: inout DrillState, _ argument: String) throws(LakeError) {
    if argument.isEmpty { return }
    let parts = argument.split(separator: "=", maxSplits: 1).map { String($0).trimmedBlanks }
    let isPlain =
      parts.count == 2
      && parts[0].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    if isPlain {
      let numeric = isNumeric(parts[0], state)
      state.filters.append(DrillState.condition(parts[0], parts[1], isNumeric: numeric))
      state.crumbs.append(parts[1])
      return
    }
    do throws(Diagnostic) {
      let expression = try SyntaxParser.expression(in: argument)
      state.filters.append(SyntaxPrinter.text(of: expression))
      state.crumbs.append(argument)
    } catch {
      throw LakeError(
        .usage, "this is no condition: \(error.message)",
        help: "for example .slice legal_entity=LE_UK")
    }
  }

  /// `FX`, `FX by book`, `by book`.
  private func goDown(_ state: inout DrillState, _ argument: String) throws(LakeError) {
    var value = argument
    var wanted: String?
    let words = argument.split(separator: " ")
    if words.count >= 2, words[words.count - 2].lowercased() == "by" {
      wanted = String(words[words.count - 1])
      value = words.dropLast(2).joined(separator: " ")
    }
    let current = state.dimensions.last
    let next: String
    if let wanted { next = wanted } else { next = try nextLevel(below: current, state) }
    if !value.isEmpty {
      guard let current else {
        throw LakeError(.usage, "the last query has no column to look for '\(value)' in")
      }
      let text =
        value.first == "'" && value.last == "'" && value.count > 1
        ? String(value.dropFirst().dropLast()) : value
      state.filters.append(
        DrillState.condition(current, text, isNumeric: isNumeric(current, state)))
      state.crumbs.append(text)
      state.dimensions.removeLast()
    }
    state.dimensions.append(next)
    if value.isEmpty { state.crumbs.append("by \(next)") }
    state.across = nil
  }

  private func nextLevel(below current: String?, _ state: DrillState) throws(LakeError) -> String {
    var levels = hierarchy
    if levels.isEmpty, let table = state.table, let schema = try? conversation.describe(table) {
      let names = Set(schema.names.map { $0.lowercased() })
      levels = Repl.usualLevels.filter(names.contains)
    }
    let place = current.flatMap { name in
      levels.firstIndex { $0.lowercased() == StatementOutline.split(name).name.lowercased() }
    }
    let index = place.map { $0 + 1 } ?? 0
    guard index < levels.count, place != nil || current == nil else {
      throw LakeError(
        .usage, "there is no level below '\(current ?? "the whole")'",
        help: "name it: .down VALUE by COLUMN, or set the levels: "
          + ".hierarchy legal_entity > desk > book > trade_id")
    }
    return levels[index]
  }

  /// To the state before the last `.down`, whatever was compared since.
  private func goUp() throws(LakeError) {
    guard let state = drillState,
      let place = trail.lastIndex(where: {
        $0.state.map { $0.crumbs.count < state.crumbs.count } ?? false
      }), let above = trail[place].state
    else {
      throw LakeError(.usage, "this is the top")
    }
    try useBranch(trail[place].branch)
    trail.removeSubrange(place...)
    drillState = above
    try show(above)
  }

  private func explainRow(_ argument: String) throws(LakeError) {
    guard let number = Int(argument) else {
      throw LakeError(.usage, "expected .why ROW, found '\(argument)'", help: "for example .why 3")
    }
    guard let state = drillState, let tap, let row = tap.row(number) else {
      throw LakeError(
        .usage, "there is no row \(number) of a grouped result",
        help: "run a grouped query first; rows count from 1")
    }
    var conditions: [String] = []
    for dimension in state.dimensions {
      let name = StatementOutline.split(dimension).name.unquotedName
      guard
        let index = tap.schema.fields.firstIndex(where: {
          $0.name.lowercased() == name.lowercased()
        })
      else { continue }
      let value = row[index]
      conditions.append(
        value == .null ? "\(dimension) IS NULL" : "\(dimension) = \(Session.literal(value))")
    }
    let detail = state.detail(conditions, limit: 1000)
    let earlier = self.tap
    try runTold(detail + ";")
    // Other rows of the same result can be asked for next.
    self.tap = earlier
  }
}

extension String {
  /// A quoted name's own spelling.
  var unquotedName: String {
    first == "\"" && last == "\"" && count > 1 ? String(dropFirst().dropLast()) : self
  }
}
