import Columnar
import DeltaLake
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Commands that are statements in other words: `tarn diff`, `restore`, `optimize`, `vacuum`.
struct UpkeepCommands {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func diff(
    _ table: String, _ from: String?, _ to: String?, _ view: DiffView
  ) throws(LakeError) -> Outcome {
    do throws(QueryError) {
      let settings = try session.statementSettings()
      let diff = try TableDiff(
        table, from, to, date: settings.businessDate, workspace: session.workspace,
        resolver: LakeResolver(session.workspace, transaction: nil), runner: session.planRunner)
      let shown =
        switch view {
        case .rows: diff.rows
        case .columns: diff.columnTable()
        case .byDate: diff.byDate()
        }
      return Outcome(lines: diff.sentences, table: shown)
    } catch {
      throw LakeError(error)
    }
  }

  /// - Parameter point: A version number, a tag, a time, or as `--known-at` takes it.
  func restore(_ table: String, to point: String) throws(LakeError) -> Outcome {
    let name = try name(table)
    let text: String
    do throws(CatalogError) {
      let lake = try session.workspace.lake()
      if let number = Int64(point.hasPrefix("v") ? point.dropFirst() : point[...]) {
        text = "VERSION AS OF \(number)"
      } else if try lake.catalog.tags().contains(where: { $0.name == point }) {
        text = "TAG " + SyntaxPrinter.literal(point)
      } else {
        do throws(QueryError) {
          switch try KnowledgeText.parse(point) {
          case .tag(let tag): text = "TAG " + SyntaxPrinter.literal(tag)
          case .snapshot(let id): text = "SNAPSHOT \(id)"
          case .run(let id): text = "RUN \(id)"
          default: text = "TIMESTAMP AS OF " + SyntaxPrinter.literal(point)
          }
        } catch {
          let tags = try lake.catalog.tags().map(\.name)
          throw CatalogError.unknownTag(name: point, known: tags)
        }
      }
    } catch {
      throw LakeError(QueryError(error))
    }
    return try run("RESTORE TABLE \(name) TO \(text)")
  }

  func optimize(
    _ table: String, _ condition: String?, _ zOrder: [String]
  ) throws(LakeError) -> Outcome {
    var text = "OPTIMIZE \(try name(table))"
    if let condition { text += " WHERE \(try checked(condition))" }
    if !zOrder.isEmpty {
      text += " ZORDER BY ("
      text += zOrder.map { SyntaxPrinter.text(of: Identifier($0)) }.joined(separator: ", ") + ")"
    }
    return try run(text)
  }

  /// Writes a log compaction of a table for other engines; no version, and nothing of the lake changes.
  func compactLog(_ table: String) throws(LakeError) -> Outcome {
    let parts = table.split(separator: ".").map { Identifier(String($0)) }
    let checked = try name(table)
    do throws(QueryError) {
      let resolver = LakeResolver(session.workspace, transaction: nil)
      try session.workspace.checkWritable()
      do throws(CatalogError) {
        let lake = try session.workspace.lake()
        let state = try resolver.committedState(QualifiedName(parts), nil, in: lake)
        guard let record = state.record else { throw .invalid("\(checked) is no table") }
        let written: (name: String, commits: Int64, actions: Int)?
        do throws(DeltaError) {
          written = try Checkpointing(record, in: lake).compactLog()
        } catch {
          throw .commitContent(table: record.qualifiedName, error)
        }
        guard let written else {
          return Outcome(lines: ["\(checked) has no two commits since its newest checkpoint"])
        }
        return Outcome(lines: [
          "wrote \(written.name): \(written.commits) commits of \(checked) became "
            + "\(written.actions) actions"
        ])
      } catch {
        throw QueryError(error)
      }
    } catch {
      throw LakeError(error)
    }
  }

  func vacuum(
    _ table: String?, _ retain: String?, dryRun: Bool
  ) throws(LakeError) -> Outcome {
    var text = "VACUUM"
    if let table { text += " \(try name(table))" }
    if let retain { text += " RETAIN " + SyntaxPrinter.literal(retain) }
    if dryRun { text += " DRY RUN" }
    return try run(text)
  }

  private func run(_ text: String) throws(LakeError) -> Outcome {
    let sink = CollectingSink()
    try session.run(text, into: sink)
    let table =
      sink.schema.count > 0 ? try Batch.gathered(sink.batches, schema: sink.schema) : nil
    return Outcome(lines: sink.messages, table: table)
  }

  /// The table's name as it can stand in a statement.
  private func name(_ table: String) throws(LakeError) -> String {
    let parts = table.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
      throw LakeError(.usage, "'\(table)' is no table's name", help: "write schema.table")
    }
    return parts.map { SyntaxPrinter.text(of: Identifier(String($0))) }.joined(separator: ".")
  }

  /// A condition alone, so that nothing else gets into the statement with it.
  private func checked(_ condition: String) throws(LakeError) -> String {
    do throws(Diagnostic) {
      return SyntaxPrinter.text(of: try SyntaxParser.expression(in: condition))
    } catch {
      throw LakeError(error, in: condition)
    }
  }
}
