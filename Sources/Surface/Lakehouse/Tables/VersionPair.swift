import Columnar
import LakeCatalog
import QueryEngine

/// Two versions of one table, for telling what became of its rows between them.
struct VersionPair {
  let record: TableRecord
  /// -1 stands for the time before the first version.
  let from: Int64
  let to: Int64
  let lake: Lake

  init(_ record: TableRecord, from: Int64, to: Int64, in lake: Lake) {
    self.record = record
    self.from = from
    self.to = to
    self.lake = lake
  }

  /// The rows of the files that only the earlier and only the later version has, both in the later
  /// one's columns; nil when all files are the same.
  func differingFiles(
    _ lineage: ColumnLineage, _ resolver: LakeResolver
  ) throws(CatalogError) -> (removed: LogicalPlan, added: LogicalPlan)? {
    func files(_ version: Int64) throws(CatalogError) -> [String: FileRow] {
      guard version >= 0 else { return [:] }
      let files = try lake.catalog.files(of: record, version: version).map(\.file)
      return Dictionary(files.map { ($0.path, $0) }) { $1 }
    }
    let before = try files(from)
    let after = try files(to)
    guard Set(before.keys) != Set(after.keys) else { return nil }
    let added = try plan(to, without: before, resolver)
    guard from >= 0 else { return (.values(Batch.empty(added.schema)), added) }
    let removed = try plan(from, without: after, resolver)
    guard let columns = lineage.expressions(from: from, to: to) else { return (removed, added) }
    return (.project(removed, columns), added)
  }

  /// Positions of the KEY among the later version's columns.
  func keys() throws(QueryError) -> [Int] {
    do throws(CatalogError) {
      let version = try lake.catalog.version(to, of: record)
      let then = try lake.catalog.table(id: record.id, at: version.snapshot) ?? record
      let schema = try lake.schemas.shape(of: record, version: to, in: lake.catalog).schema
      let keys = then.definition.key.compactMap { schema.index(of: $0) }
      return keys.count == then.definition.key.count ? keys : []
    } catch {
      throw QueryError(error)
    }
  }

  private func plan(
    _ version: Int64, without others: [String: FileRow], _ resolver: LakeResolver
  ) throws(CatalogError) -> LogicalPlan {
    var state = try resolver.state(
      record, at: try lake.catalog.version(version, of: record), in: lake)
    var staged = StagedChange()
    staged.removed = others
    state.staged = staged
    let table = resolver.pinnedTable(state, in: lake)
    return .scan(ScanNode(table: table, columns: Array(0..<table.source.schema.count)))
  }
}

extension Batch {
  static func empty(_ schema: Schema) -> Batch {
    Batch(
      schema: schema, columns: schema.fields.map { .nulls($0.type, count: 0) }, rowCount: 0)
  }
}
