import Columnar
import LakeCatalog
import QueryEngine

/// Which rows of a table go, and which get other values.
struct RowEdits {
  struct Edit {
    /// As `NumberedTable` numbers it.
    var row: Int64
    /// Position among the replacements; -1 takes the row out.
    var replacement: Int32
  }

  private(set) var edits: [Edit] = []
  /// Rows in the table's columns.
  private(set) var replacements: [Batch] = []
  private var replacementCount: Int32 = 0

  var isEmpty: Bool { edits.isEmpty }

  mutating func remove(_ rows: [Int64]) {
    edits += rows.map { Edit(row: $0, replacement: -1) }
  }

  mutating func replace(_ rows: [Int64], by batch: Batch) {
    edits += rows.enumerated().map {
      Edit(row: $1, replacement: replacementCount + Int32($0))
    }
    replacements.append(batch)
    replacementCount += Int32(rows.count)
  }

  /// Brings the edits into the order of the table's rows.
  ///
  /// - Returns: A row that has more than one edit; a row that only goes twice, goes.
  mutating func sort() -> Int64? {
    edits.sort { ($0.row, $0.replacement) < ($1.row, $1.replacement) }
    var unique: [Edit] = []
    unique.reserveCapacity(edits.count)
    for edit in edits {
      if let last = unique.last, last.row == edit.row {
        if edit.replacement < 0 { continue }
        return edit.row
      }
      unique.append(edit)
    }
    edits = unique
    return nil
  }
}

/// Makes edits of rows true: files that hold edited rows are written again without or with new values
/// of these, in the order the rows have; all other files stay as they are.
struct RowEditor {
  let state: TableState
  let table: NumberedTable
  let lake: Lake
  let runner: PlanRunner

  /// - Parameters:
  ///   - edits: Sorted.
  ///   - inserts: New rows, in the table's columns; they follow the rows of the table.
  func change(
    _ edits: RowEdits, inserts: [Batch], operation: String
  ) throws(QueryError) -> StagedChange {
    let files = DataFileWriter(state, lake: lake, runner: runner)
    do throws(QueryError) {
      var change = StagedChange()
      var carried = DateTally()
      let new = try Batch.joined(edits.replacements, schema: state.shape.schema)
      var start = 0
      while start < edits.edits.count {
        let number = NumberedTable.file(of: edits.edits[start].row)
        var end = start
        while end < edits.edits.count, NumberedTable.file(of: edits.edits[end].row) == number {
          end += 1
        }
        let file = table.files[number]
        change.removed[file.path] = file
        try rewrite(file, edits.edits[start..<end], new, into: files, &change, &carried)
        start = end
      }
      for batch in inserts { try files.write(batch) }
      let isBlind = edits.isEmpty
      change.merge(try files.finish(operation: operation, isBlindAppend: isBlind))
      change.discount(carried: carried)
      change.isBlindAppend = false
      return change
    } catch {
      files.abandon()
      throw error
    }
  }

  private var dateColumn: Int? { state.businessDateColumn }

  private func rewrite(
    _ file: FileRow, _ edits: ArraySlice<RowEdits.Edit>, _ new: Batch,
    into files: DataFileWriter, _ change: inout StagedChange, _ carried: inout DateTally
  ) throws(QueryError) {
    var removed = DateTally()
    if edits.count == Int(file.rows), edits.allSatisfy({ $0.replacement < 0 }) {
      removed.rows = file.rows
      removed.byDate = try FileDates.counts(of: file, state, in: lake)
      return change.count(removed: removed)
    }
    var position = 0
    var next = edits.startIndex
    try runner.run(state.scan(of: [file], in: lake)) { batch throws(QueryError) in
      let end = position + batch.rowCount
      var stop = next
      while stop < edits.endIndex, NumberedTable.position(of: edits[stop].row) < end { stop += 1 }
      let part = try RowEditor.edited(batch, edits[next..<stop], firstRow: position, new)
      removed.add(part.removed, dateColumn: dateColumn)
      carried.add(part.kept, dateColumn: dateColumn)
      try files.write(part.result)
      (position, next) = (end, stop)
    }
    guard next == edits.endIndex, position == Int(file.rows) else {
      throw QueryError(
        .integrity, "'\(file.path)' of \(state.name) has \(position) rows instead of \(file.rows)",
        help: "`tarn verify --deep` checks every file")
    }
    change.count(removed: removed)
  }

  /// The batch with its edits made; and the rows that stay and go, for the account.
  private static func edited(
    _ batch: Batch, _ edits: ArraySlice<RowEdits.Edit>, firstRow: Int, _ new: Batch
  ) throws(QueryError) -> (result: Batch, kept: Batch, removed: Batch) {
    if edits.isEmpty { return (batch, batch, batch.slice(0..<0)) }
    var order: [Int32] = []
    var kept: [Int32] = []
    var removed: [Int32] = []
    var fresh: [Int32] = []
    order.reserveCapacity(batch.rowCount)
    var next = edits.startIndex
    for row in 0..<batch.rowCount {
      guard next < edits.endIndex,
        NumberedTable.position(of: edits[next].row) == firstRow + row
      else {
        kept.append(Int32(row))
        order.append(Int32(row))
        continue
      }
      removed.append(Int32(row))
      if edits[next].replacement >= 0 {
        order.append(Int32(batch.rowCount + fresh.count))
        fresh.append(edits[next].replacement)
      }
      next += 1
    }
    let keptRows = batch.take(kept)
    let result =
      fresh.isEmpty
      ? keptRows
      : try Batch.joined([batch, new.take(fresh)], schema: batch.schema).take(order)
    return (result, keptRows, batch.take(removed))
  }
}

extension TableState {
  /// The state with these data files only.
  func only(_ files: [FileRow]) -> TableState {
    var only = self
    only.record = nil
    only.version = -1
    var staged = StagedChange()
    staged.added = files
    only.staged = staged
    return only
  }

  /// All columns of some of its data files, in their order.
  func scan(of files: [FileRow], in lake: Lake) -> LogicalPlan {
    let source = LakeTableSource(only(files), in: lake)
    return .scan(
      ScanNode(
        table: PinnedTable(name: name, source: source), columns: Array(0..<source.schema.count)))
  }
}

/// How many rows of each business date a file holds.
enum FileDates {
  /// Empty for a table without a business date. Reads the column unless the catalog knows.
  static func counts(
    of file: FileRow, _ state: TableState, in lake: Lake
  ) throws(QueryError) -> [CalendarDate: Int64] {
    guard let column = state.businessDateColumn else { return [:] }
    if let dates = file.dates, dates.lowerBound == dates.upperBound,
      !state.shape.schema[column].isNullable
    {
      return [dates.lowerBound: file.rows]
    }
    var tally = DateTally()
    let scan = try LakeTableSource(state.only([file]), in: lake)
      .scan(ScanRequest(columns: [column]))
    for morsel in 0..<scan.morselCount {
      let stream = try scan.open(morsel: morsel)
      while let batch = try stream.next() { tally.add(batch, dateColumn: 0) }
    }
    return tally.byDate
  }
}
