/// What a completer may ask about the lake; answers are kept by whoever gives them.
package protocol CompletionSource: AnyObject {
  /// `schema.table` of every table and view.
  var tables: [String] { get }
  /// Names and SQL types.
  func columns(of table: String) -> [(name: String, type: String)]
  /// The values of a column that has few, in order; empty when it has many.
  func values(of column: String, in table: String) -> [String]
  var functions: [String] { get }
  /// Functions that give a table: calculators and the like.
  var tableFunctions: [String] { get }
  /// What CREATE MEASURE named.
  var measures: [String] { get }
  var tags: [String] { get }
  /// Paths that begin with the text, directories with a slash behind.
  func files(beginning: String) -> [String]
  var commands: [String] { get }
}

/// Says what may stand at the cursor of a statement: the columns of its tables first, then measures,
/// functions and keywords.
package struct StatementCompleter {
  private let source: any CompletionSource
  private static let mostCandidates = 2000
  private static let mostSearchedTables = 60

  package init(_ source: any CompletionSource) { self.source = source }

  /// - Parameters:
  ///   - before: The text up to the cursor.
  ///   - behind: The rest; its FROM clause counts, too.
  package func complete(_ before: String, _ behind: String) -> Completion {
    let outline = StatementOutline(before, behind)
    if let command = outline.command { return complete(command: command, outline) }
    if let quoted = outline.openString { return complete(string: quoted, outline) }
    let word = outline.word
    if let dot = word.lastIndex(of: ".") {
      let owner = String(word[..<dot])
      let typed = String(word[word.index(after: dot)...])
      let owned = outline.table(named: owner).map { source.columns(of: $0).map(\.name) } ?? []
      let columns = matching(owned, typed)
      if !columns.isEmpty { return Completion(replaced: typed.count, candidates: columns) }
      return completion(matching(source.tables, word), word)
    }
    if outline.expectsTable {
      let functions = matching(source.tableFunctions, word).map { $0 + "(" }
      return completion(tables(word) + functions, word)
    }
    var candidates = columns(word, outline)
    candidates += matching(source.measures, word)
    candidates += matching(outline.aliases, word)
    candidates += matching(source.functions, word).map { $0 + "(" }
    candidates += keywords(word)
    if outline.tables.isEmpty {
      // Before FROM is typed any table's columns may be meant; a large lake is not searched for it.
      let all = source.tables
      if !word.isEmpty, all.count <= StatementCompleter.mostSearchedTables {
        let everywhere = all.flatMap { matching(source.columns(of: $0).map(\.name), word) }
        candidates = Set(everywhere).sorted() + candidates
      }
      candidates += tables(word)
    }
    return completion(candidates, word)
  }

  private func completion(_ candidates: [String], _ typed: String) -> Completion {
    var seen = Set<String>()
    let distinct = candidates.filter { seen.insert($0).inserted }
    return Completion(
      replaced: typed.count, candidates: Array(distinct.prefix(StatementCompleter.mostCandidates)))
  }

  /// A table is found by its own name, too, without its schema.
  private func tables(_ word: String) -> [String] {
    let all = source.tables
    let direct = matching(all, word)
    if !direct.isEmpty || word.isEmpty { return direct }
    return all.filter { table in
      guard let dot = table.lastIndex(of: ".") else { return false }
      return begins(String(table[table.index(after: dot)...]), word)
    }
  }

  /// Columns of several tables are offered once, in the order of the tables.
  private func columns(_ word: String, _ outline: StatementOutline) -> [String] {
    outline.tables.flatMap { matching(source.columns(of: $0).map(\.name), word) }
  }

  private func keywords(_ word: String) -> [String] {
    guard !word.isEmpty else { return [] }
    let isLower = word == word.lowercased()
    return matching(StatementWords.keywords, word).map { isLower ? $0.lowercased() : $0 }
  }

  private func complete(string typed: String, _ outline: StatementOutline) -> Completion {
    if outline.wordBeforeString == "TAG" {
      return Completion(replaced: typed.count, candidates: matching(source.tags, typed))
    }
    if let column = outline.comparedColumn {
      let (owner, name) = StatementOutline.split(column)
      let tables = owner.flatMap { outline.table(named: $0) }.map { [$0] } ?? outline.tables
      for table in tables {
        let columns = source.columns(of: table)
        guard
          let known = columns.first(where: { begins($0.name, name) && $0.name.count == name.count })
        else { continue }
        let values = matching(source.values(of: known.name, in: table), typed)
        return Completion(replaced: typed.count, candidates: values.map { $0 + "'" })
      }
      return Completion()
    }
    return Completion(replaced: typed.count, candidates: source.files(beginning: typed))
  }

  private func complete(command: StatementOutline.Command, _ outline: StatementOutline)
    -> Completion
  {
    guard let argument = command.argument else {
      return completion(matching(source.commands, command.name), command.name)
    }
    let kind = DotCommand.parse("." + command.name.dropFirst()).command?.completion
    let word =
      argument.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    switch kind {
    case .table: return completion(tables(word), word)
    case .file: return completion(source.files(beginning: argument), argument)
    case .tag: return completion(matching(source.tags.map { "tag:" + $0 }, word), word)
    case .command:
      return completion(matching(source.commands.map { String($0.dropFirst()) }, word), word)
    case .words(let words): return completion(matching(words, word), word)
    case nil: return Completion()
    }
  }

  private func matching(_ names: [String], _ typed: String) -> [String] {
    if typed.isEmpty { return names }
    let wanted = typed.utf8.map(StatementCompleter.lower)
    return names.filter { StatementCompleter.begins($0.utf8, wanted) }
  }

  private func begins(_ name: String, _ typed: String) -> Bool {
    StatementCompleter.begins(name.utf8, typed.utf8.map(StatementCompleter.lower))
  }

  private static func begins(_ name: String.UTF8View, _ wanted: [UInt8]) -> Bool {
    guard name.count >= wanted.count else { return false }
    for (left, right) in zip(name, wanted) where lower(left) != right { return false }
    return true
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
  }
}
