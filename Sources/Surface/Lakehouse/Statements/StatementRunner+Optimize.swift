import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

// OPTIMIZE: fewer files with the same rows.

extension StatementRunner {
  func optimize(_ optimize: Optimize) throws(QueryError) -> String {
    let lake = try workspace.lake(for: optimize.table)
    let state = try target(optimize.table, in: lake, verb: nil)
    let all = try LakeTableSource(state, in: lake).dataFiles(dates: nil)
    let files = try optimize.filter.map { filter throws(QueryError) in
      try selected(all, by: filter, state, in: lake)
    }
    var zOrder: [Int] = []
    for column in optimize.zOrderBy {
      guard let position = state.shape.schema.fields.firstIndex(where: { column.matches($0.name) })
      else {
        throw QueryError(
          .name, "\(state.name) has no column \"\(column.text)\"",
          help: Suggestion.nearest(to: column.text, among: state.shape.schema.names).map {
            "did you mean \"\($0)\"?"
          }, at: column.range)
      }
      zOrder.append(position)
    }
    let compactor = Compactor(state: state, lake: lake, runner: planRunner)
    let chosen = zOrder.isEmpty ? compactor.smallFiles(files ?? all) : files ?? all
    guard !chosen.isEmpty, let change = try compactor.change(chosen, zOrder: zOrder) else {
      return "\(state.name) has nothing to optimize in \(ChangeText.files(all.count))"
    }
    let bytes = chosen.reduce(0) { $0 + $1.bytes }
    let written = change.added.reduce(0) { $0 + $1.bytes }
    return try store(
      [state.adding(change)], operation: Compactor.operation,
      message: "optimized \(state.name): \(ChangeText.files(chosen.count)) with \(bytes) bytes "
        + "became \(change.added.count) with \(written)", in: lake)
  }

  /// Files all of whose business dates fulfil a condition.
  private func selected(
    _ files: [FileRow], by filter: Expression, _ state: TableState, in lake: Lake
  ) throws(QueryError) -> [FileRow] {
    guard let column = state.businessDateColumn else {
      throw QueryError(
        .unsupported, "OPTIMIZE … WHERE chooses business dates, and \(state.name) has none",
        help: "leave WHERE out", at: filter.range)
    }
    let name = state.shape.schema[column].name
    let schema = Schema([Field(name, .date)])
    let condition: BoundExpression
    do throws(QueryError) {
      condition = try Binder.bind(
        filter, over: schema, tableName: state.name, resolver: resolver(), settings: try settings)
    } catch {
      guard error.reason == .name else { throw error }
      throw QueryError(
        .unsupported, "OPTIMIZE … WHERE may use the business date \"\(name)\" only",
        help: error.message, at: error.range)
    }
    guard condition.type == .boolean else {
      throw QueryError(.type, "WHERE needs a condition", at: filter.range)
    }
    let dates = try BusinessDates.dates(of: state, in: lake)
    guard !dates.isEmpty else { return [] }
    let table = Batch(
      schema: schema, columns: [Column(.date, .int32(dates.map(\.days)))], rowCount: dates.count)
    var wanted: Set<CalendarDate> = []
    for batch in try planRunner.collect(.filter(.values(table), condition)) {
      for day in batch.columns[0].storage.int32 ?? [] { wanted.insert(CalendarDate(days: day)) }
    }
    return files.filter { file in
      guard let own = file.dates else { return false }
      return dates.allSatisfy { !own.contains($0) || wanted.contains($0) }
    }
  }
}
