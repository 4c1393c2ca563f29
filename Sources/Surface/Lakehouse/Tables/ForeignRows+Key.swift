import Columnar
import LakeCatalog
import QueryEngine

extension ForeignRows {
  /// Whether the rows of new files repeat keys of the table, among themselves or of rows it has.
  ///
  /// The other engine knew nothing of the key, so the rows are there and every answer counts them;
  /// what is broken is recorded. Keys with a null in them repeat nothing.
  ///
  /// - Parameters:
  ///   - added: The commit's new files.
  ///   - kept: The files that the table has beside them after the commit.
  /// - Complexity: reads the key columns of the new files, and of those others whose ranges overlap.
  func keyChecks(
    of added: [FileRow], beside kept: [FileRow], version: Int64
  ) throws(QueryError) -> [CheckResult] {
    let schema = state.shape.schema
    let key = state.definition.key.compactMap { schema.index(of: $0) }
    guard !added.isEmpty, !key.isEmpty, key.count == state.definition.key.count else { return [] }
    let name = "KEY (\(state.definition.key.joined(separator: ", ")))"
    let rows = added.reduce(0) { $0 &+ $1.rows }
    let near = kept.filter { ForeignRows.mayRepeat(key.map { schema[$0].name }, $0, added) }
    guard near.reduce(rows, { $0 &+ $1.rows }) <= ForeignRows.rowsMax else {
      return [
        CheckResult(
          subject: state.name, name: name, status: "warn", rowsChecked: 0, rowsFailed: 0,
          detail: "not checked: version \(version) has \(rows) new rows beside too many others")
      ]
    }
    var repeated = Repeated()
    try runner.run(plan(added, near, key)) { batch throws(QueryError) in
      repeated.add(batch, keyWidth: key.count)
    }
    guard repeated.keys > 0, let first = repeated.first else { return [] }
    let files = repeated.files.sorted().map { "'\(added[$0].path)'" }
    let named = files.prefix(3).joined(separator: ", ") + (files.count > 3 ? ", …" : "")
    let values = zip(state.definition.key, first).map { "\($0) = \(ValueText.sql($1))" }
    return [
      CheckResult(
        subject: state.name, name: name, status: "fail", rowsChecked: rows,
        rowsFailed: repeated.rows,
        detail: "version \(version), by another engine, has rows in \(named) whose keys are there "
          + "more than once: \(repeated.keys) key\(repeated.keys == 1 ? "" : "s"), the first is "
          + values.joined(separator: ", "))
    ]
  }

  /// What was found of keys that are there more than once.
  private struct Repeated {
    var keys: Int64 = 0
    /// Rows of new files with such a key.
    var rows: Int64 = 0
    /// Positions of new files that hold one.
    var files: Set<Int> = []
    /// The lowest of the keys, so that the text is the same in every run.
    var first: [Value]?

    mutating func add(_ batch: Batch, keyWidth: Int) {
      for index in 0..<batch.rowCount {
        let row = batch.row(index)
        let key = Array(row[..<keyWidth])
        keys += 1
        if case .int64(let count) = row[keyWidth] { rows += count }
        if case .int64(let file) = row[keyWidth + 1] { files.insert(Int(file)) }
        if let known = first, !Repeated.precedes(key, known) { continue }
        first = key
      }
    }

    private static func precedes(_ left: [Value], _ right: [Value]) -> Bool {
      left.lexicographicallyPrecedes(right) { ValueText.sql($0) < ValueText.sql($1) }
    }
  }

  /// Keys that are there more than once and at least once in a new file, each with its rows in new
  /// files and the position of the last of these.
  private func plan(_ added: [FileRow], _ near: [FileRow], _ key: [Int]) -> LogicalPlan {
    var input = keys(of: near, key, file: -1)
    for (index, file) in added.enumerated() {
      let next = keys(of: [file], key, file: Int64(index))
      input = .setOperation(SetOperationNode(kind: .unionAll, left: input, right: next))
    }
    let schema = state.shape.schema
    let groups = key.enumerated().map { position, column in
      ProjectedExpression(schema[column].name, .column(position, schema[column].type))
    }
    let file = BoundExpression.column(key.count, .int64)
    let isNew = BoundExpression.comparison(.greaterOrEqual, file, .constant(.int64(0), .int64))
    let counted = LogicalPlan.aggregate(
      AggregateNode(
        input: input, groups: groups, groupingSets: [Array(groups.indices)],
        aggregates: [
          AggregateCall(.countStar, [], filter: isNew, type: .int64, name: "new"),
          AggregateCall(.max, [file], type: .int64, name: "file"),
          AggregateCall(.countStar, [], type: .int64, name: "all"),
        ]))
    func column(_ position: Int) -> BoundExpression { .column(key.count + position, .int64) }
    return .filter(
      counted,
      .and([
        .comparison(.greaterOrEqual, column(1), .constant(.int64(0), .int64)),
        .comparison(.greater, column(2), .constant(.int64(1), .int64)),
      ]))
  }

  /// The keys without a null of some files' rows, with a number beside each.
  private func keys(of files: [FileRow], _ key: [Int], file: Int64) -> LogicalPlan {
    let schema = state.shape.schema
    let columns = key.map { BoundExpression.column($0, schema[$0].type) }
    let known = columns.map { BoundExpression.isNull($0, negated: true) }
    return .project(
      .filter(state.scan(of: files, in: lake), known.count == 1 ? known[0] : .and(known)),
      zip(key, columns).map { ProjectedExpression(schema[$0].name, $1) }
        + [ProjectedExpression("file", .constant(.int64(file), .int64))])
  }

  /// False when the known ranges of some key column rule out that a file has a key of the new ones.
  private static func mayRepeat(_ key: [String], _ file: FileRow, _ added: [FileRow]) -> Bool {
    added.contains { new in
      key.allSatisfy { name in
        guard let left = file.ranges.first(where: { $0.column == name }),
          let right = new.ranges.first(where: { $0.column == name })
        else { return true }
        let range = QueryEngine.ColumnRange(column: 0, lower: right.minimum, upper: right.maximum)
        return range.mayMeet(left.minimum, left.maximum)
      }
    }
  }
}
