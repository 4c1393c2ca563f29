import Columnar
import FileStorage
import Glibc
package import Lakehouse
import QueryEngine
import Reports

/// What came of one record.
package struct SuiteResult: Sendable {
  package enum Status: String, Sendable { case passed, skipped, explained, failed }
  package var line: Int
  package var status: Status
  /// The reason of a skip, the name of a difference, or how it failed: `error`, `wrong`, `order`,
  /// `accepted`, `crash`.
  package var reason = ""
  package var detail = ""
  package var sql = ""
}

/// Runs the records of one file against a lake of its own.
package final class SuiteRunner {
  private let folder: String
  /// The lake of the database that the file has loaded, by the database's path.
  private var lakes: [String: String] = [:]
  private var lakePath: String
  private let rules: ScopeRules
  private let isSQLite: Bool
  private let skips: [Int: String]
  /// Told of each record before and after it ran.
  private let started: (Int, Int) -> Void
  private let report: (SuiteResult) -> Void

  private var sessions: [String: Session] = [:]
  private var ordinal = 0
  private var hashThreshold = 0
  private var skipReason: String?
  private var isHalted = false
  private var isSkipping = false
  /// What an ORDER BY of the file means where it does not say.
  private var order = SpelledOrder()
  private var tainted: Set<String> = []
  /// What statements that failed would have made or changed, with the difference that explains them.
  private var missing: [String: String?] = [:]
  private var labels: [String: [[String]]] = [:]
  private var bindings: [(name: String, value: String)] = []

  /// - Parameters:
  ///   - folder: An empty directory for the lake.
  ///   - skips: Records, counted from 1, that are not run, and why they count as failed.
  package init(
    folder: String, rules: ScopeRules, isSQLite: Bool, skips: [Int: String] = [:],
    started: @escaping (Int, Int) -> Void = { _, _ in }, report: @escaping (SuiteResult) -> Void
  ) {
    self.folder = folder
    lakePath = folder + "/lake"
    (self.rules, self.isSQLite, self.skips) = (rules, isSQLite, skips)
    (self.started, self.report) = (started, report)
  }

  /// Runs a file's text.
  package func run(_ text: String) throws(LakeError) {
    try makeLake()
    run(SuiteScript.nodes(of: text))
  }

  private func makeLake() throws(LakeError) {
    let session = session("")
    try session.createLake()
    try session.query("CREATE SCHEMA \(Dialect.schema)")
  }

  /// `load PATH`: another database, empty when it is new. The one that was there at first is the one
  /// that a file loads before it has made anything.
  private func load(_ path: String) throws(LakeError) {
    let known = lakes[path]
    if lakes.isEmpty, ordinal == 0 {
      lakes[path] = lakePath
      return
    }
    lakePath = known ?? folder + "/lake\(lakes.count + 1)"
    lakes[path] = lakePath
    sessions = [:]
    if known == nil {
      (tainted, missing) = ([], [:])
      try makeLake()
    }
  }

  private func session(_ name: String) -> Session {
    if let known = sessions[name] { return known }
    var options = Session.Options(lakePath: lakePath)
    options.actor = "suite"
    options.threads = 2
    let session = Session(options: options)
    session.fileSinks = ResultFile.maker(LocalFileStore())
    sessions[name] = session
    return session
  }

  private func run(_ nodes: [SuiteNode]) {
    for node in nodes where !isHalted {
      switch node {
      case .statement(let record): run(record)
      case .query(let record): run(record)
      case .control(_, let words, let conditions): control(words, conditions)
      case .loop(_, let variables, let values, let body):
        for value in values where !isHalted {
          let count = bindings.count
          bindings += zip(variables, value).map { (name: $0, value: $1) }
          run(body)
          bindings.removeLast(bindings.count - count)
        }
      }
    }
  }

  // MARK: Commands

  private static let known: Set<String> = [
    "parquet", "json", "no_alternative_verify", "skip_reload", "64bit", "noforcestorage",
    "strinline", "ram", "vector_size", "longdouble", "core_functions", "exact_vector_size",
    "disk_space", "notwindows", "mingw", "noalternativeverify", "no_extension_autoloading",
  ]

  private func control(_ words: [String], _ conditions: [SuiteCondition]) {
    guard applies(conditions) else { return }
    switch words[0] {
    case "halt": isHalted = true
    case "hash-threshold": hashThreshold = words.count > 1 ? Int(words[1]) ?? 0 : 0
    case "mode":
      if words.count > 1, words[1] == "skip" { isSkipping = true }
      if words.count > 1, words[1] == "unskip" { isSkipping = false }
    case "require" where words.count > 1 && !SuiteRunner.known.contains(words[1]):
      skipReason = "file needs \(words[1])"
    case "require-env": skipReason = "file needs an environment"
    case "include": skipReason = "file needs \(words.last ?? "")"
    case "load" where words.count > 1:
      do throws(LakeError) { try load(substituted(words[1])) } catch {
        skipReason = "a database that cannot be made: \(error.message)"
      }
    case "unzip": skipReason = "file needs a DuckDB database"
    default: break
    }
  }

  private func applies(_ conditions: [SuiteCondition]) -> Bool {
    for condition in conditions {
      let text = substituted(condition.text)
      var holds = text == "tarn" || (isSQLite ? text == "postgresql" : false)
      if let place = text.firstIndex(of: "=") {
        holds = text[..<place] == text[text.index(after: place)...]
        let name = String(text[..<place])
        if let binding = bindings.last(where: { $0.name == name }) {
          holds = binding.value == text[text.index(after: place)...]
        }
      }
      if holds != condition.isOnly { return false }
    }
    return true
  }

  private func substituted(_ text: String) -> String {
    var text = text
    for binding in bindings.reversed() {
      text = SuiteRunner.replacing("${\(binding.name)}", with: binding.value, in: text)
      text = SuiteRunner.replacing("{\(binding.name)}", with: binding.value, in: text)
    }
    for name in ["{TEST_DIR}", "__TEST_DIR__", "{TEMP_DIR}"] {
      text = SuiteRunner.replacing(name, with: folder, in: text)
    }
    return text
  }

  private static func replacing(
    _ pattern: String, with replacement: String, in text: String
  ) -> String {
    guard text.contains(pattern) else { return text }
    return text.split(separator: pattern, omittingEmptySubsequences: false)
      .joined(separator: replacement)
  }

  // MARK: Records

  /// Takes the next record, or says that it is not to be run.
  private func isToRun(_ line: Int, _ words: SQLWords, _ sql: String) -> Bool {
    ordinal += 1
    order.take(words.words)
    if isSkipping { return finish(line, .skipped, "skipped by the suite itself", "", sql) }
    if let skipReason { return finish(line, .skipped, skipReason, "", sql) }
    if let reason = rules.exclusion(of: words) {
      taint(words)
      return finish(line, .skipped, reason, "", sql)
    }
    let isDrop = words.words.first == "drop"
    if usesTainted(words) || (isDrop && words.target.map(tainted.contains) ?? false) {
      if isDrop { words.target.map { _ = tainted.remove($0) } } else { taint(words) }
      return finish(line, .skipped, "needs what an excluded statement makes", "", sql)
    }
    if let crash = skips[ordinal] {
      if let target = words.target { missing[target] = .some(nil) }
      return finish(line, .failed, crash, "", sql)
    }
    if words.words.first == "create" || words.words.first == "drop", let target = words.target {
      tainted.remove(target)
      if !isDrop { missing[target] = nil }
    }
    started(ordinal, line)
    return true
  }

  private func taint(_ words: SQLWords) { tainted.formUnion(words.targets) }

  private func usesTainted(_ words: SQLWords) -> Bool { uses(tainted, words) != nil }

  /// The first of the tables that the statement reads or changes.
  private func uses(_ tables: Set<String>, _ words: SQLWords) -> String? {
    guard !tables.isEmpty else { return nil }
    let before: Set<String> = ["from", "join", "into", "update", "table", "view", "exists", ","]
    for (index, word) in words.words.enumerated() where tables.contains(word) {
      if words.words.first == "create" || words.words.first == "drop", word == words.target {
        continue
      }
      if index > 0, before.contains(words.words[index - 1]) { return word }
      // The type of a column.
      if words.words.first == "create" { return word }
      if index + 1 < words.words.count, words.words[index + 1] == "(" { return word }
      if index > 0, ["pivot", "summarize", "describe", "."].contains(words.words[index - 1]) {
        return word
      }
    }
    return nil
  }

  @discardableResult
  private func finish(
    _ line: Int, _ status: SuiteResult.Status, _ reason: String, _ detail: String, _ sql: String
  ) -> Bool {
    report(SuiteResult(line: line, status: status, reason: reason, detail: detail, sql: sql))
    return false
  }

  /// A failure, unless a documented difference explains it.
  private func differ(
    _ line: Int, _ words: SQLWords, _ kind: String, _ detail: String, _ sql: String
  ) {
    let effect = kind == "error" ? "error: \(detail)" : kind == "wrong" ? "rows" : kind
    let difference = rules.difference(of: words, effect: effect)
    var used = uses(Set(missing.keys), words)
    if words.words.first == "drop", let target = words.target, missing[target] != nil {
      used = target
    }
    // What an earlier statement did not make; its difference, if it has one, explains this too.
    var inherited: String??
    if difference == nil, kind != "error" || detail.hasPrefix("there is no table"), let used {
      inherited = missing[used]
    }
    if let difference {
      finish(line, .explained, difference, detail, sql)
    } else if let cause = inherited {
      finish(
        line, cause == nil ? .failed : .explained, cause ?? "after an earlier failure", detail, sql)
    } else {
      finish(line, .failed, kind, detail, sql)
    }
    let changes: Set<String> = ["create", "insert", "update", "delete", "alter", "copy", "drop"]
    if kind == "error", changes.contains(words.words.first ?? ""), let target = words.target {
      // One failure without an explanation leaves what comes of it without one.
      if missing[target] != .some(nil) { missing[target] = .some(difference ?? inherited ?? nil) }
    }
  }

  private func run(_ record: StatementRecord) {
    guard applies(record.conditions) else { return }
    let sql = substituted(record.sql)
    let words = SQLWords(sql)
    guard isToRun(record.line, words, sql) else { return }
    do throws(LakeError) {
      try session(record.connection).run(
        adapted(isSQLite ? sql : order.spelled(sql)), into: CollectingSink())
      if record.expectation == .failure {
        return differ(record.line, words, "accepted", "", sql)
      }
    } catch {
      if record.expectation == .success {
        return differ(record.line, words, "error", text(error), sql)
      }
    }
    finish(record.line, .passed, "", "", sql)
  }

  private func adapted(_ sql: String) -> String { Dialect.adapted(sql) }

  private func text(_ error: LakeError) -> String {
    error.message + (error.help.map { " (\($0))" } ?? "")
  }

  private func run(_ record: QueryRecord) {
    guard applies(record.conditions) else { return }
    let sql = substituted(record.sql)
    let words = SQLWords(sql)
    guard isToRun(record.line, words, sql) else { return }
    let sink = CollectingSink()
    do throws(LakeError) {
      try session(record.connection).run(adapted(sql), into: sink)
    } catch {
      return differ(record.line, words, "error", text(error), sql)
    }
    let answer = words.isChange ? changed(sink, words) : rows(of: sink, record)
    if let label = record.label {
      let key = substituted(label)
      if let first = labels[key] {
        if AnswerComparison.compare(answer, first, isUnordered: true) != .equal {
          return differ(record.line, words, "wrong", "differs from the first of its label", sql)
        }
      } else {
        labels[key] = answer
      }
    }
    let isLabelOnly = record.label != nil && record.expected?.isEmpty ?? true
    guard !isLabelOnly, let expected = record.expected?.map(substituted) else {
      return _ = finish(record.line, .passed, "", "", sql)
    }
    if expected.first?.hasPrefix("<FILE>:") ?? false {
      return _ = finish(record.line, .skipped, "the answer is in a file of its own", "", sql)
    }
    let outcome = compare(answer, expected, record, words)
    if outcome == .equal { return _ = finish(record.line, .passed, "", "", sql) }
    let (kind, what) =
      switch outcome {
      case .different(let what): ("wrong", what)
      default: ("order", "same rows in another order")
      }
    func explains(_ answer: [[String]]) -> String? {
      rules.cellRules(of: words).first { _, rule in
        compare(answer, expected, record, words, allowing: rule) == .equal
      }?.name
    }
    let spelled = isSQLite ? nil : again(record, order.spelled(sql), unlike: sql)
    if let spelled, compare(spelled, expected, record, words) == .equal {
      return differ(record.line, words, "null order", what, sql)
    }
    for rule in rules.rewordings(of: words) {
      let reworded = SuiteRunner.replacing(word: rule.word, with: rule.instead, in: sql)
      if let other = again(record, order.spelled(reworded), unlike: sql),
        compare(other, expected, record, words) == .equal
      {
        return _ = finish(record.line, .explained, rule.name, what, sql)
      }
    }
    if let name = explains(answer) ?? spelled.flatMap(explains) {
      return _ = finish(record.line, .explained, name, what, sql)
    }
    differ(record.line, words, kind, what, sql)
  }

  /// What a change did, as the number of rows that these files expect of it.
  private func changed(_ sink: CollectingSink, _ words: SQLWords) -> [[String]] {
    let message = sink.messages.last ?? ""
    guard words.words.first == "create", let target = words.target else {
      let numbers = message.split(separator: " ").compactMap { Int($0.filter { $0 != "," }) }
      return numbers.isEmpty ? [] : [[String(numbers[0])]]
    }
    let count = CollectingSink()
    do throws(LakeError) {
      try session("").run("SELECT COUNT(*) FROM \(Dialect.schema).\(target)", into: count)
    } catch { return [] }
    return count.batches.map { [AnswerText.duckDB($0.row(0)[0])] }
  }

  /// The answer to the statement in other words; nil when they are the same or fail.
  private func again(_ record: QueryRecord, _ sql: String, unlike first: String) -> [[String]]? {
    guard sql != first else { return nil }
    let sink = CollectingSink()
    do throws(LakeError) {
      try session(record.connection).run(adapted(sql), into: sink)
    } catch { return nil }
    return rows(of: sink, record)
  }

  private static func replacing(
    word: String, with replacement: String, in sql: String
  ) -> String {
    let pieces = SQLWords(sql)
    let bytes = Array(sql.utf8)
    var result: [UInt8] = []
    var copied = 0
    for (index, range) in pieces.ranges.enumerated() where pieces.words[index] == word {
      result += bytes[copied..<range.lowerBound] + Array(replacement.utf8)
      copied = range.upperBound
    }
    return String(decoding: result + bytes[copied...], as: UTF8.self)
  }

  private func rows(of sink: CollectingSink, _ record: QueryRecord) -> [[String]] {
    let letters = Array(record.types)
    var answer: [[String]] = []
    for batch in sink.batches {
      for row in 0..<batch.rowCount {
        answer.append(
          batch.row(row).enumerated().map { column, value in
            isSQLite
              ? AnswerText.sqlite(value, column < letters.count ? letters[column] : "T")
              : AnswerText.duckDB(value)
          })
      }
    }
    return answer
  }

  private func compare(
    _ answer: [[String]], _ expected: [String], _ record: QueryRecord, _ words: SQLWords,
    allowing allowed: CellRule? = nil
  ) -> AnswerComparison.Outcome {
    let width = answer.first?.count ?? max(record.types.count, 1)
    if let hash = SuiteRunner.hash(expected) {
      return compare(answer, hash: hash, record)
    }
    let isUnordered = record.order != .asGiven || !words.ordersRows
    let table: [[String]]
    let cells = expected.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    if !isSQLite, width > 1, cells.allSatisfy({ $0.count >= width }) {
      table = cells.map { row in
        let filled = row.count > width ? row.filter { !$0.isEmpty } : row
        return (filled.count < width ? row : filled).prefix(width).map(String.init)
      }
    } else {
      guard expected.count % width == 0 else {
        return .different("the file's answer has \(expected.count) values for \(width) columns")
      }
      table = stride(from: 0, to: expected.count, by: width).map {
        Array(expected[$0..<$0 + width])
      }
    }
    if record.order == .values {
      return AnswerComparison.compare(
        answer.flatMap { $0.map { [$0] } }, table.flatMap { $0.map { [$0] } }, isUnordered: true,
        allowing: allowed)
    }
    if let first = answer.first, first.count != width {
      return .different("\(first.count) columns, not \(width)")
    }
    return AnswerComparison.compare(
      answer, table, isUnordered: isUnordered, allowing: allowed)
  }

  /// `30 values hashing to …`
  private static func hash(_ expected: [String]) -> (count: Int, digest: String)? {
    guard expected.count == 1 else { return nil }
    let words = expected[0].split(separator: " ")
    guard words.count == 5, words[1] == "values", words[2] == "hashing", let count = Int(words[0])
    else { return nil }
    return (count, String(words[4]))
  }

  private func compare(
    _ answer: [[String]], hash: (count: Int, digest: String), _ record: QueryRecord
  ) -> AnswerComparison.Outcome {
    var values: [String]
    switch record.order {
    case .asGiven: values = answer.flatMap { $0 }
    case .rows:
      values = answer.sorted { $0.lexicographicallyPrecedes($1, by: SuiteRunner.precedes) }.flatMap
      { $0 }
    case .values: values = answer.flatMap { $0 }.sorted(by: SuiteRunner.precedes)
    }
    guard values.count == hash.count else {
      return .different("\(values.count) values, not \(hash.count)")
    }
    let digest = String(decoding: MD5.hex(values.flatMap { Array($0.utf8) + [10] }), as: UTF8.self)
    if digest == hash.digest { return .equal }
    return .different("another hash; first values \(values.prefix(6).joined(separator: "|"))")
  }

  /// Bytes decide, as in C's strcmp.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
