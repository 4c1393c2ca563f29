import Columnar
import JSONText
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Holds the rows of a run against the view's expectations.
final class ViewGate {
  struct Check {
    var name: String
    var text: String
    var action: Expectation.Action
    var condition: BoundExpression
    var violations: Int64 = 0
    /// The first row that broke it, in words.
    var example = ""
  }

  private let host: any ViewHost
  private let view: String
  private(set) var checks: [Check] = []
  private(set) var rowsChecked: Int64 = 0
  private(set) var quarantined: [QuarantinedRow] = []

  init(_ view: ViewDefinition, schema: Schema, host: any ViewHost) throws(QueryError) {
    self.host = host
    self.view = view.name
    for expectation in view.expectations {
      let condition = try host.bind(expectation.condition, over: schema)
      guard condition.type == .boolean else {
        throw QueryError(
          .type,
          "EXPECT \(expectation.name.text) of \(view.name) is \(condition.type.sqlName), not a "
            + "condition", at: expectation.condition.range)
      }
      checks.append(
        Check(
          name: expectation.name.text, text: SyntaxPrinter.text(of: expectation.condition),
          action: expectation.onViolation, condition: condition))
    }
  }

  /// The rows that may be published: all but those that go to quarantine. A NULL condition passes.
  func admit(_ batch: Batch) throws(QueryError) -> Batch {
    rowsChecked += Int64(batch.rowCount)
    guard !checks.isEmpty, batch.rowCount > 0 else { return batch }
    var kept = Bitmap(repeating: true, count: batch.rowCount)
    let verdicts = try ViewGate.verdicts(checks.map(\.condition), batch, host)
    for index in checks.indices {
      let broken = ~verdicts[index]
      let rows = broken.setIndices()
      guard let first = rows.first else { continue }
      if checks[index].violations == 0 {
        checks[index].example = ViewGate.text(batch, Int(first))
      }
      checks[index].violations += Int64(rows.count)
      guard checks[index].action == .quarantine else { continue }
      setAside(checks[index], batch, (broken & kept).setIndices())
      kept = kept & verdicts[index]
    }
    return batch.filter(kept)
  }

  /// One bitmap a condition: 1 where the row passes.
  static func verdicts(
    _ conditions: [BoundExpression], _ batch: Batch, _ host: any ViewHost
  ) throws(QueryError) -> [Bitmap] {
    var parts: [Batch] = []
    let named = conditions.enumerated().map { ProjectedExpression("check\($0)", $1) }
    try host.execute(.project(.values(batch), named)) { part throws(QueryError) in
      parts.append(part)
    }
    let schema = Schema(named.map { Field($0.name, .boolean) })
    let verdicts = try Batch.joined(parts, schema: schema)
    return verdicts.columns.map { column in
      guard let truth = column.storage.boolean else {
        return Bitmap(repeating: true, count: batch.rowCount)
      }
      return column.validity.map { truth | ~$0 } ?? truth
    }
  }

  /// The first broken check with FAIL.
  var failure: String? {
    guard let check = checks.first(where: { $0.action == .fail && $0.violations > 0 }) else {
      return nil
    }
    return "\(check.violations) of \(rowsChecked) rows break \(check.name): CHECK (\(check.text)); "
      + "the first is \(check.example)"
  }

  var results: [CheckResult] {
    checks.map { check in
      let status =
        check.violations == 0 ? "pass" : (check.action == .fail ? "fail" : "warn")
      return CheckResult(
        subject: view, name: check.name, status: status, rowsChecked: rowsChecked,
        rowsFailed: check.violations, detail: check.example)
    }
  }

  /// For a run record.
  var json: String {
    var json = JSONWriter()
    json.beginArray()
    for check in checks {
      json.beginObject()
      json.member("name", check.name)
      json.member("action", check.action.rawValue)
      json.member("rowsChecked", rowsChecked)
      json.member("rowsFailed", check.violations)
      json.endObject()
    }
    json.endArray()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private func setAside(_ check: Check, _ batch: Batch, _ rows: [Int32]) {
    for row in rows {
      quarantined.append(
        QuarantinedRow(
          feed: "", file: view, line: rowsChecked - Int64(batch.rowCount) + Int64(row) + 1,
          column: nil, rule: check.name, rawText: ViewGate.text(batch, Int(row)),
          reason: "breaks CHECK (\(check.text))"))
    }
  }

  /// A row as `name=value` pairs.
  static func text(_ batch: Batch, _ row: Int) -> String {
    zip(batch.schema.names, batch.row(row)).map { "\($0)=\(ValueText.sql($1))" }
      .joined(separator: ", ")
  }
}
