import Columnar
import LakeCatalog
import QueryEngine

/// Lets through the rows that a table's contract allows, and keeps count of the others.
final class RowGate {
  private let contract: TableContract
  private let runner: PlanRunner
  private(set) var rowsChecked: Int64 = 0
  /// Rows that broke each check, by its name.
  private(set) var violations: [String: Int64] = [:]
  private(set) var quarantined: [QuarantinedRow] = []

  init(_ contract: TableContract, runner: PlanRunner) {
    self.contract = contract
    self.runner = runner
  }

  /// The rows of the batch that may be stored.
  ///
  /// - Throws: `.constraint` for a null in a NOT NULL column, a broken CONSTRAINT or an EXPECT with
  ///   FAIL, with the number of rows and the first of them.
  func admit(_ batch: Batch) throws(QueryError) -> Batch {
    rowsChecked += Int64(batch.rowCount)
    try checkNulls(batch)
    guard !contract.checks.isEmpty, batch.rowCount > 0 else { return batch }
    let results = try runner.collect(
      .project(
        .values(batch),
        contract.checks.map { ProjectedExpression($0.name, $0.condition) }))
    let verdicts = try Batch.joined(
      results, schema: Schema(contract.checks.map { Field($0.name, .boolean) }))
    var kept = Bitmap(repeating: true, count: batch.rowCount)
    for (index, check) in contract.checks.enumerated() {
      let column = verdicts.columns[index]
      guard let truth = column.storage.boolean else { continue }
      // NULL passes.
      let passes = column.validity.map { truth | ~$0 } ?? truth
      let broken = batch.rowCount - passes.setCount
      guard broken > 0 else { continue }
      violations[check.name, default: 0] += Int64(broken)
      switch check.action {
      case .warn: break
      case .fail: throw failure(check, broken, batch, (~passes).setIndices())
      case .quarantine:
        setAside(check, batch, (~passes & kept).setIndices())
        kept = kept & passes
      }
    }
    return batch.filter(kept)
  }

  private func checkNulls(_ batch: Batch) throws(QueryError) {
    for (field, column) in zip(contract.schema.fields, batch.columns)
    where !field.isNullable && column.nullCount > 0 {
      throw QueryError(
        .constraint,
        "column \"\(field.name)\" of \(contract.name) is NOT NULL, and \(column.nullCount) of "
          + "\(batch.rowCount) rows have none",
        help: "leave these rows out, or give the column a value")
    }
  }

  private func failure(
    _ check: TableContract.Check, _ broken: Int, _ batch: Batch, _ rows: [Int32]
  ) -> QueryError {
    let example = rows.first.map { row in RowGate.text(batch, Int(row)) } ?? ""
    return QueryError(
      .constraint,
      "\(broken) row\(broken == 1 ? "" : "s") of \(contract.name) break \(check.name): "
        + "CHECK (\(check.text))", help: "the first is \(example)")
  }

  private func setAside(_ check: TableContract.Check, _ batch: Batch, _ rows: [Int32]) {
    for row in rows {
      quarantined.append(
        QuarantinedRow(
          feed: "", file: contract.name, line: rowsChecked - Int64(batch.rowCount) + Int64(row) + 1,
          column: nil, rule: check.name, rawText: RowGate.text(batch, Int(row)),
          reason: "breaks CHECK (\(check.text))"))
    }
  }

  /// A row as `name=value` pairs.
  static func text(_ batch: Batch, _ row: Int) -> String {
    zip(batch.schema.names, batch.row(row)).map { "\($0)=\(ValueText.sql($1))" }
      .joined(separator: ", ")
  }
}
