import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// A version of a table as `tarn diff` and `diff(…)` take it: a version number, a tag, a date or time,
/// `snapshot:N`, `run:N` or `tag:NAME`.
enum DiffPoint {
  static func version(
    _ text: String, of record: TableRecord, _ resolver: LakeResolver, in lake: Lake
  ) throws(QueryError) -> TableVersion {
    do throws(CatalogError) {
      let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
      if let number = Int64(digits) { return try lake.catalog.version(number, of: record) }
      if let date = CalendarDate(text) {
        return try lake.catalog.version(
          of: record, atMicroseconds: Int64(date.days) * Timestamp.microsecondsPerDay)
      }
      let point: ResolvedKnowledge
      if try lake.catalog.tags().contains(where: { $0.name == text }) {
        point = .tag(text)
      } else {
        point = try knowledge(text, lake)
      }
      let snapshot = try resolver.snapshot(of: point, in: lake)
      guard let version = try lake.catalog.version(of: record.id, at: snapshot.id) else {
        throw CatalogError.invalid(
          "'\(record.qualifiedName)' was not there yet at \(text) (snapshot \(snapshot.id))")
      }
      return version
    } catch {
      throw QueryError(error)
    }
  }

  private static func knowledge(
    _ text: String, _ lake: Lake
  ) throws(CatalogError) -> ResolvedKnowledge {
    do throws(QueryError) { return try KnowledgeText.parse(text) } catch {
      let tags = try lake.catalog.tags().map(\.name)
      throw .invalid(
        "'\(text)' is no version of a table: write a version number, a tag, a date, a time with a "
          + "zone, or snapshot:N"
          + (Suggestion.nearest(to: text, among: tags).map { "; did you mean \($0)?" } ?? ""))
    }
  }

  /// Both ends: the newest version when `to` is not given, and what was before it without `from`.
  static func versions(
    _ from: String?, _ to: String?, of record: TableRecord, _ resolver: LakeResolver,
    in lake: Lake
  ) throws(QueryError) -> (from: TableVersion, to: TableVersion) {
    do throws(CatalogError) {
      let newest = try lake.catalog.versions(of: record.id, limit: 1).first
      guard let newest else {
        throw CatalogError.corrupted("'\(record.qualifiedName)' has no version")
      }
      do throws(QueryError) {
        let end = try to.map { text throws(QueryError) in
          try version(text, of: record, resolver, in: lake)
        }
        if let from {
          return (try version(from, of: record, resolver, in: lake), end ?? newest)
        }
        let last = end ?? newest
        let before = String(max(0, last.version - 1))
        return (try version(before, of: record, resolver, in: lake), last)
      } catch {
        throw CatalogError.commitContent(table: record.qualifiedName, error)
      }
    } catch {
      throw QueryError(error)
    }
  }
}

extension TableDiff {
  /// `diff('schema.table', a, b)` in FROM.
  static func table(
    for call: ReaderCall, workspace: Workspace, resolver: LakeResolver
  ) throws(QueryError) -> PinnedTable {
    guard call.named.isEmpty, (1...3).contains(call.positional.count),
      case .string(let text) = call.positional[0]
    else {
      throw QueryError(
        .type, "diff takes a table's name and two versions, tags or times",
        help: "write diff('silver.positions', 11, 12)", at: call.range)
    }
    var points: [String] = []
    for value in call.positional.dropFirst() {
      switch value {
      case .string(let text): points.append(text)
      case .int32(let number): points.append(String(number))
      case .int64(let number): points.append(String(number))
      default:
        throw QueryError(.type, "diff takes versions, tags or times as text", at: call.range)
      }
    }
    do throws(QueryError) {
      let diff = try TableDiff(
        text, points.first, points.count > 1 ? points[1] : nil, date: nil,
        workspace: workspace, resolver: resolver,
        runner: workspace.runner(threads: nil, memoryLimit: nil))
      return PinnedTable(
        name: "diff(\(diff.record.qualifiedName), \(diff.from.version), \(diff.to.version))",
        source: MemoryTable(schema: diff.rows.schema, batches: [diff.rows]),
        version: diff.to.version)
    } catch {
      var located = error
      located.range = located.range ?? call.range
      throw located
    }
  }

  /// - Parameters:
  ///   - table: A name, with or without its schema.
  ///   - from: The version before `to` when nil.
  ///   - to: The newest version when nil.
  init(
    _ table: String, _ from: String?, _ to: String?, date: CalendarDate?, workspace: Workspace,
    resolver: LakeResolver, runner: PlanRunner
  ) throws(QueryError) {
    let name = QualifiedName(table.split(separator: ".").map { Identifier(String($0)) })
    guard (1...2).contains(name.parts.count) else {
      throw QueryError(.name, "'\(table)' is no table's name", help: "write schema.table")
    }
    let lake = try workspace.lake(for: name)
    let state: TableState
    do throws(CatalogError) { state = try resolver.committedState(name, nil, in: lake) } catch {
      throw QueryError(error)
    }
    guard let record = state.record else {
      throw QueryError(.time, "\(state.name) is not committed yet")
    }
    let ends = try DiffPoint.versions(from, to, of: record, resolver, in: lake)
    try self.init(
      record, from: ends.from, to: ends.to, date: date, resolver: resolver, in: lake,
      runner: runner)
  }
}
