import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Creates what definition files say and is not there yet; says what differs.
///
/// Files are taken from `contracts/` and then `views/` below the directory, or from the directory
/// itself when it has neither, each in the order of their names.
struct Applier {
  let session: Session
  let directory: String
  let dryRun: Bool
  /// Whether definitions without a file are dropped, and not only told.
  var prunes = false

  func run(_ progress: (String) -> Void) throws(LakeError) -> Outcome {
    var rows = RowBuilder([("object", .string), ("action", .string), ("file", .string)])
    var created = 0
    var changed = 0
    var differing: [String] = []
    // A file that cannot be read as SQL stops everything before anything is made.
    var definitions: [(file: String, statement: Statement)] = []
    for file in try files() {
      for statement in try statements(of: file) { definitions.append((file, statement)) }
    }
    for (file, statement) in definitions {
      let (name, action) = try apply(statement, file: file)
      progress("\(action) \(name)")
      rows.append([.string(name), .string(action), .string(file)])
      if action == "create" || action == "created" { created += 1 }
      if action == "change" || action == "changed" { changed += 1 }
      if action == "differs" { differing.append(name) }
    }
    var lines = [
      dryRun ? "\(created) objects would be created" : "created \(created) objects"
    ]
    if changed > 0 {
      lines.append(
        "\(changed) views \(dryRun ? "would be" : "were") changed: `tarn refresh` rebuilds all of "
          + "their dates")
    }
    if !differing.isEmpty {
      lines.append(
        "these differ from their definition and were left as they are: "
          + differing.joined(separator: ", "))
    }
    let isPruned = try prune(definitions.map(\.statement), &rows, &lines, progress)
    return Outcome(
      lines: lines, table: rows.batch,
      verdict: differing.isEmpty && isPruned ? nil : .breached)
  }

  /// Tells what has no file, and drops it when that was asked for.
  ///
  /// - Returns: Whether nothing had to be kept that was to be dropped.
  private func prune(
    _ statements: [Statement], _ rows: inout RowBuilder, _ lines: inout [String],
    _ progress: (String) -> Void
  ) throws(LakeError) -> Bool {
    let pruner = Pruner(session: session, statements: statements)
    var isPruned = true
    for absent in try pruner.absent() {
      var action = "not in the files"
      if !absent.readers.isEmpty {
        lines.append(
          "\(absent.name) is in no file and is kept, since it is read by "
            + absent.readers.joined(separator: ", "))
        if prunes { isPruned = false }
      } else if !prunes {
        lines.append("\(absent.name) is in no file; with --prune, \(absent.effect)")
      } else {
        action = dryRun ? "drop" : "dropped"
        if !dryRun { try pruner.drop(absent) }
        progress("\(action) \(absent.name)")
        lines.append("\(dryRun ? "would drop" : "dropped") \(absent.name): \(absent.effect)")
      }
      rows.append([.string(absent.name), .string(action), .string("")])
    }
    return isPruned
  }

  private func statements(of file: String) throws(LakeError) -> [Statement] {
    let text: String
    do throws(FileError) {
      text = String(decoding: try session.workspace.store.read(file), as: UTF8.self)
    } catch {
      throw LakeError(error)
    }
    var statements: [Statement] = []
    for piece in StatementSplitter.pieces(of: text) {
      do throws(Diagnostic) {
        statements += try SyntaxParser.statements(in: piece.text)
      } catch {
        var failure = LakeError(error, in: text, offset: piece.offset)
        failure.message = "\(file): \(failure.message)"
        throw failure
      }
    }
    for statement in statements where Applier.name(of: statement) == nil {
      throw LakeError(
        .statement, "\(file): only CREATE statements belong into definition files",
        help: "found \(SyntaxPrinter.text(of: statement).prefix(60))")
    }
    return statements
  }

  private func files() throws(LakeError) -> [String] {
    let store = session.workspace.store
    do throws(FileError) {
      guard let status = try store.status(directory), status.isDirectory else {
        throw FileError(.notFound, path: directory, operation: "list")
      }
      var files: [String] = []
      for part in ["contracts", "views"] {
        let path = joinPath(directory, part)
        guard let status = try store.status(path), status.isDirectory else { continue }
        files += try Applier.definitions(in: path, store)
      }
      if files.isEmpty { files = try Applier.definitions(in: directory, store) }
      guard !files.isEmpty else {
        throw FileError(.notFound, path: joinPath(directory, "*.sql"), operation: "list")
      }
      return files
    } catch {
      throw LakeError(error)
    }
  }

  private static func definitions(
    in directory: String, _ store: any FileStore
  ) throws(FileError) -> [String] {
    try store.list(directory).filter { !$0.isDirectory && $0.name.hasSuffix(".sql") }
      .map { joinPath(directory, $0.name) }
  }

  /// What the statement makes; nil when it makes nothing.
  private static func name(of statement: Statement) -> QualifiedName? {
    switch statement.kind {
    case .createTable(let create): create.name
    case .createView(let create): create.name
    case .createMaterializedView(let create): create.name
    case .createSchema(let create): QualifiedName([create.name])
    case .createHierarchy(let create): QualifiedName([create.name])
    case .createMeasure(let create): QualifiedName([create.name])
    default: nil
    }
  }

  /// What the statement makes, and what was done about it.
  private func apply(
    _ statement: Statement, file: String
  ) throws(LakeError) -> (name: String, action: String) {
    guard let name = Applier.name(of: statement) else { return ("", "ignored") }
    if let known = try definition(of: statement, name) {
      if known == Applier.text(of: statement) { return (name.dotted, "unchanged") }
      guard case .createMaterializedView(var create) = statement.kind else {
        return (name.dotted, "differs")
      }
      if dryRun { return (name.dotted, "change") }
      create.orReplace = true
      let replacing = Statement(.createMaterializedView(create), range: statement.range)
      return try run(replacing, name, file: file, action: "changed")
    }
    if dryRun { return (name.dotted, "create") }
    return try run(statement, name, file: file, action: "created")
  }

  /// As definitions are stored.
  private static func text(of statement: Statement) -> String {
    guard case .createMaterializedView(var create) = statement.kind else {
      return SyntaxPrinter.text(of: statement)
    }
    create.orReplace = false
    create.ifNotExists = false
    return SyntaxPrinter.text(of: Statement(.createMaterializedView(create)))
  }

  private func run(
    _ statement: Statement, _ name: QualifiedName, file: String, action: String
  ) throws(LakeError) -> (name: String, action: String) {
    let runner = StatementRunner(
      session: session, text: SyntaxPrinter.text(of: statement), statement: statement)
    session.workspace.beginStatement()
    do throws(LakeError) { try runner.run(into: CollectingSink()) } catch {
      var failure = error
      failure.message = "\(file), \(name.dotted): \(error.message)"
      throw failure
    }
    return (name.dotted, action)
  }

  /// The stored definition, printed as the statement would be; nil when there is none.
  private func definition(
    of statement: Statement, _ name: QualifiedName
  ) throws(LakeError) -> String? {
    let lake = try session.lake()
    do throws(CatalogError) {
      let head = try lake.catalog.head()
      if case .createSchema(let create) = statement.kind {
        let schemas = try lake.catalog.schemas(at: head.id)
        return schemas.contains { create.name.matches($0) }
          ? SyntaxPrinter.text(of: statement) : nil
      }
      if let kind = DefinitionKind(of: statement) {
        return try lake.catalog.definitions(at: head.id).first {
          $0.schema == kind.rawValue && $0.name == name.name.key
        }?.sql
      }
      let key = name.dotted.lowercased()
      if let view = try lake.catalog.views(at: head.id).first(where: {
        $0.qualifiedName.lowercased() == key
      }) {
        return view.sql
      }
      return try lake.catalog.tables(at: head.id).first {
        $0.qualifiedName.lowercased() == key
      }?.definition.sql
    } catch {
      throw LakeError(error)
    }
  }
}

extension DefinitionKind {
  fileprivate init?(of statement: Statement) {
    switch statement.kind {
    case .createHierarchy: self = .hierarchy
    case .createMeasure: self = .measure
    default: return nil
    }
  }
}
