import Columnar
import LakeCatalog
import Parquet
import QueryEngine

/// Writes a table's rows into files with other columns.
///
/// Every engine finds a column in a Parquet file by its name, so a column that gets another name or
/// type gets other files: the rows and their order stay, old versions keep the old files, and no
/// reader needs to know of a mapping.
struct ColumnRewriter {
  enum Rule: Sendable, Hashable {
    /// The column at this position has another name.
    case rename(Int)
    /// The column that was at this position is gone.
    case drop(Int)
    /// The column at this position has a wider type.
    case widen(Int)
    /// The last column is new and holds its default in every row.
    case fill
  }

  let old: TableState
  let new: TableState
  let lake: Lake
  let runner: PlanRunner

  init(from old: TableState, to new: TableState, lake: Lake, runner: PlanRunner) {
    self.old = old
    self.new = new
    self.lake = lake
    self.runner = runner
  }

  func change(_ rule: Rule, contract: TableContract) throws(QueryError) -> StagedChange {
    let files = try affected(try LakeTableSource(old, in: lake).dataFiles(dates: nil), by: rule)
    var change = StagedChange()
    change.changesData = false
    change.isBlindAppend = false
    change.operation = StagedChange.alteration
    guard !files.isEmpty else { return change }
    let gate = rule == .fill ? RowGate(contract, runner: runner) : nil
    let writer = DataFileWriter(new, lake: lake, runner: runner)
    do throws(QueryError) {
      var rows: Int64 = 0
      let plan = LogicalPlan.project(
        old.scan(of: files, in: lake), try expressions(rule, contract))
      try runner.run(plan) { batch throws(QueryError) in
        rows += Int64(batch.rowCount)
        let typed = Batch(
          schema: contract.schema, columns: batch.columns, rowCount: batch.rowCount)
        try writer.write(try gate?.admit(typed) ?? typed)
      }
      guard rows == files.reduce(0, { $0 + $1.rows }) else {
        throw QueryError(
          .integrity, "the files of \(old.name) have \(rows) rows, not what the catalog says",
          help: "`tarn verify --deep` checks every file")
      }
      change.added = try writer.finish(operation: change.operation, isBlindAppend: false).added
    } catch {
      writer.abandon()
      throw error
    }
    for file in files { change.removed[file.path] = file }
    return change
  }

  /// Files that have the column: others show null for it under any name and type.
  private func affected(_ files: [FileRow], by rule: Rule) throws(QueryError) -> [FileRow] {
    let names: [String]
    switch rule {
    case .fill: return files
    case .rename(let position):
      names = [old.shape.schema[position].name, new.shape.schema[position].name]
    case .drop(let position), .widen(let position): names = [old.shape.schema[position].name]
    }
    let directory = lake.catalog.layout.table(old.definition.path)
    var affected: [FileRow] = []
    for file in files {
      let path = directory + "/" + file.path
      do throws(ParquetError) {
        let parquet = try lake.footers.file(path, in: lake.store)
        if names.contains(where: { parquet.index(of: $0) != nil }) { affected.append(file) }
      } catch {
        throw QueryError(error.at(path: path))
      }
    }
    return affected
  }

  /// The new columns over the old ones.
  private func expressions(
    _ rule: Rule, _ contract: TableContract
  ) throws(QueryError) -> [ProjectedExpression] {
    var columns = old.shape.schema.fields.enumerated().map { position, field in
      BoundExpression.column(position, field.type)
    }
    switch rule {
    case .rename: break
    case .drop(let position): columns.remove(at: position)
    case .widen(let position):
      columns[position] = .cast(
        columns[position], new.shape.schema[position].type, isTry: false)
    case .fill:
      let last = new.shape.schema.count - 1
      columns.append(
        contract.defaults[last] ?? .constant(.null, new.shape.schema[last].type))
    }
    return zip(new.shape.schema.fields, columns).map { ProjectedExpression($0.name, $1) }
  }
}

extension StagedChange {
  /// The operation of a change of the declaration, which is none of the rows.
  static let alteration = "ALTER TABLE"
}
