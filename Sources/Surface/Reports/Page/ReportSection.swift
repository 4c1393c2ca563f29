package import Columnar
package import Lakehouse

/// One statement of a report and what it gave.
package struct ReportSection: Sendable {
  package enum Chart: String, Sendable, CaseIterable {
    /// The first row's numbers in large type.
    case tiles
    case bars, lines, heat, waterfall
    /// Points at their tenors, to scale.
    case curve
    /// Groups that open on a click, over the rows of the page.
    case pivot
    case table
  }

  package var title: String
  package var chart: Chart
  package var statement: String
  package var schema: Schema
  package var rows: Batch
  package var summary: ResultSummary

  /// Rows of one table on a page; a page is for people.
  package static let mostRows = 5000

  package init(
    title: String, chart: Chart, statement: String, schema: Schema, rows: Batch,
    summary: ResultSummary
  ) {
    self.title = title
    self.chart = chart
    self.statement = statement
    self.schema = schema
    self.rows = rows
    self.summary = summary
  }

  var textColumns: [Int] { schema.fields.indices.filter { !schema[$0].type.isNumeric } }
  var numberColumns: [Int] { schema.fields.indices.filter { schema[$0].type.isNumeric } }

  /// The number of a cell; nil when it is missing or none.
  func number(_ column: Int, _ row: Int) -> Double? {
    BarText.number(rows.columns[column].value(row)).flatMap { $0.isFinite ? $0 : nil }
  }

  func texts(_ column: Int) -> [String] {
    let cells = CellEncoder(.terminal).encode(rows.columns[column])
    let isNumeric = schema[column].type.isNumeric
    return (0..<rows.rowCount).map {
      isNumeric ? Footer.grouped(cells.string($0)) : cells.string($0)
    }
  }

  /// What the comments before a statement ask for: `-- title: …` and `-- chart: bars`.
  package static func directives(
    in comments: String
  ) throws(LakeError) -> (title: String?, chart: Chart?) {
    var title: String?
    var chart: Chart?
    for line in comments.split(whereSeparator: \.isNewline) {
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("--") else { continue }
      let parts = text.dropFirst(2).split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let name = parts[0].filter { $0 != " " }.lowercased()
      var value = parts[1].drop { $0 == " " }
      while value.last == " " { value.removeLast() }
      if name == "title" { title = String(value) }
      guard name == "chart" else { continue }
      chart = Chart(rawValue: value.lowercased())
      if chart == nil {
        let names = Chart.allCases.map(\.rawValue).joined(separator: ", ")
        throw LakeError(
          .statement, "there is no chart '\(value)'", help: "the charts are: \(names)")
      }
    }
    return (title, chart)
  }
}
