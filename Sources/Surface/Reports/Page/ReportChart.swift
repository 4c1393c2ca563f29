import Columnar

/// The charts of a report as SVG; colours come from the page's style sheet.
package struct ReportChart {
  let section: ReportSection
  let width = 900.0
  private static let mostMarks = 400

  init(_ section: ReportSection) { self.section = section }

  /// Empty when the result has nothing that the chart could show.
  var svg: String {
    guard let measure = section.numberColumns.first, section.rows.rowCount > 0 else { return "" }
    switch section.chart {
    case .bars: return bars(measure)
    case .lines: return lines()
    case .curve: return curve()
    case .heat: return heat(measure)
    case .waterfall: return waterfall(measure)
    case .tiles, .pivot, .table: return ""
    }
  }

  /// What the chart leaves out.
  var note: String? {
    let rows = section.rows.rowCount
    // A waterfall has the rest as one step, so that its total is that of all rows.
    if section.chart == .waterfall { return nil }
    return rows > count ? "the first \(count) of \(Footer.count(rows, "row"))" : nil
  }

  var count: Int { min(section.rows.rowCount, ReportChart.mostMarks) }

  private var labels: [String] {
    guard let first = section.textColumns.first else {
      return (1...max(1, count)).map(String.init)
    }
    return section.texts(first)
  }

  func frame(_ height: Double, _ body: String) -> String {
    "<svg viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\" aria-label=\""
      + TextDialect.html.escaped(section.title) + "\">\(body)</svg>\n"
  }

  static func fixed(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))".replacingMinusZero(tenths)
  }

  static func text(
    _ text: String, _ x: Double, _ y: Double, _ kind: String = ""
  ) -> String {
    let shown = DisplayWidth.truncated(text, to: 22)
    return "<text x=\"\(fixed(x))\" y=\"\(fixed(y))\" class=\"\(kind)\">"
      + TextDialect.html.escaped(shown) + "</text>"
  }

  private static func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ kind: String, _ title: String,
    opacity: Double = 1
  ) -> String {
    let fade = opacity < 1 ? " fill-opacity=\"\(fixed(max(0.1, opacity)))\"" : ""
    return "<rect x=\"\(fixed(x))\" y=\"\(fixed(y))\" width=\"\(fixed(max(0.5, width)))\" "
      + "height=\"\(fixed(height))\" class=\"\(kind)\"\(fade)><title>"
      + TextDialect.html.escaped(title) + "</title></rect>"
  }

  private func bars(_ measure: Int) -> String {
    let values = (0..<count).map { section.number(measure, $0) ?? 0 }
    let texts = section.texts(measure)
    let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
    let scale = high > low ? (width - 340) / (high - low) : 0
    let zero = 180 - low * scale
    var body = ""
    for row in 0..<count {
      let y = Double(row) * 24
      let length = abs(values[row]) * scale
      body += ReportChart.text(labels[row], 170, y + 17, "end")
      body += ReportChart.rectangle(
        values[row] < 0 ? zero - length : zero, y + 4, length, 16,
        values[row] < 0 ? "minus" : "plus", "\(labels[row]): \(texts[row])")
      body += ReportChart.text(texts[row], width - 4, y + 17, "end value")
    }
    return frame(Double(count) * 24 + 4, body)
  }

  /// One line a numeric column, in the order of the rows.
  private func lines() -> String {
    let columns = Array(section.numberColumns.prefix(6))
    let all = columns.flatMap { column in (0..<count).compactMap { section.number(column, $0) } }
    guard let low = all.min(), let high = all.max(), count > 1 else { return "" }
    let height = 300.0
    let x = { (row: Int) in 90 + Double(row) / Double(count - 1) * (width - 110) }
    let y = { (value: Double) in
      high > low ? 20 + (high - value) / (high - low) * (height - 70) : height / 2
    }
    var body = ""
    body += ReportChart.grid(low, high, width: width, y)
    for (index, column) in columns.enumerated() {
      // A missing value breaks the line.
      var path = ""
      var isDown = false
      for row in 0..<count {
        guard let value = section.number(column, row) else {
          isDown = false
          continue
        }
        path += "\(isDown ? "L" : "M")\(ReportChart.fixed(x(row))) \(ReportChart.fixed(y(value)))"
        isDown = true
      }
      body += "<path d=\"\(path)\" class=\"line l\(index)\"/>"
      body += ReportChart.text(
        section.schema[column].name, 100 + Double(index) * 130, 12, "t\(index)")
    }
    for place in Set([0, count / 2, count - 1]).sorted() {
      body += ReportChart.text(
        labels[place], x(place), height - 20, place == count - 1 ? "end" : "")
    }
    return frame(height, body)
  }

  /// Rows by the first text column, columns by the second, or by the numeric columns.
  private func heat(_ measure: Int) -> String {
    var rows: [String] = []
    var columns: [String] = []
    var cells: [[Int]: (Double, String)] = [:]
    func place(_ text: String, _ list: inout [String]) -> Int {
      if let index = list.firstIndex(of: text) { return index }
      list.append(text)
      return list.count - 1
    }
    if section.textColumns.count > 1 {
      let (first, second) = (
        section.texts(section.textColumns[0]), section.texts(section.textColumns[1])
      )
      let texts = section.texts(measure)
      for row in 0..<count {
        let key = [place(first[row], &rows), place(second[row], &columns)]
        if let value = section.number(measure, row) { cells[key] = (value, texts[row]) }
      }
    } else {
      for column in section.numberColumns {
        let texts = section.texts(column)
        let index = place(section.schema[column].name, &columns)
        for row in 0..<count {
          if let value = section.number(column, row) {
            cells[[place(labels[row], &rows), index]] = (value, texts[row])
          }
        }
      }
    }
    let largest = cells.values.reduce(0) { max($0, abs($1.0)) }
    let cell = max(24, min(110, (width - 190) / Double(max(1, columns.count))))
    var body = ""
    for (index, name) in columns.enumerated() {
      body += ReportChart.text(
        DisplayWidth.truncated(name, to: Int(cell / 8)), 184 + Double(index) * cell, 14)
    }
    for (index, name) in rows.enumerated() {
      body += ReportChart.text(name, 176, 39 + Double(index) * 26, "end")
    }
    for (key, value) in cells.sorted(by: { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }) {
      body += ReportChart.rectangle(
        182 + Double(key[1]) * cell, 22 + Double(key[0]) * 26, cell - 2, 24,
        value.0 < 0 ? "minus" : "plus", "\(rows[key[0]]) · \(columns[key[1]]): \(value.1)",
        opacity: largest > 0 ? abs(value.0) / largest : 0.1)
    }
    return frame(Double(rows.count) * 26 + 26, body)
  }

  /// Steps from the first row's value on; the last bar is the sum of all rows. Rows beyond those that
  /// can be drawn are one step.
  private func waterfall(_ measure: Int) -> String {
    let rows = section.rows.rowCount
    var texts = section.texts(measure)
    var names = labels
    var values = (0..<rows).map { section.number(measure, $0) ?? 0 }
    if rows > ReportChart.mostMarks {
      let rest = values[(ReportChart.mostMarks - 1)...].reduce(0, +)
      let others = rows - ReportChart.mostMarks + 1
      values = values.prefix(ReportChart.mostMarks - 1) + [rest]
      names = names.prefix(ReportChart.mostMarks - 1) + ["\(others) others"]
      texts = texts.prefix(ReportChart.mostMarks - 1) + [ReportChart.short(rest)]
    }
    let count = values.count
    var levels = [0.0]
    for value in values { levels.append(levels[levels.count - 1] + value) }
    let (low, high) = (levels.min() ?? 0, levels.max() ?? 0)
    guard high > low else { return "" }
    let height = 300.0
    let y = { (value: Double) in 24 + (high - value) / (high - low) * (height - 70) }
    // Names that do not fit beside each other would all be cut to the same beginning.
    let longest = names.prefix(count).map { DisplayWidth.of($0) }.max() ?? 0
    let plain = (width - 20) / Double(count + 1)
    let isSlanted = Double(longest) * 8 > plain && plain >= 14
    let left = isSlanted ? 70.0 : 10.0
    let step = (width - left - 10) / Double(count + 1)
    var body =
      "<line x1=\"10\" x2=\"\(Int(width) - 10)\" y1=\"\(ReportChart.fixed(y(0)))\" y2=\"\(ReportChart.fixed(y(0)))\" class=\"grid\"/>"
    for row in 0...count {
      let isTotal = row == count
      let from = isTotal ? 0 : levels[row]
      let to = isTotal ? levels[row] : levels[row + 1]
      let x = left + Double(row) * step
      let label = isTotal ? "total" : names[row]
      let text = isTotal ? ReportChart.short(to) : texts[row]
      let kind = isTotal ? "total" : to < from ? "minus" : "plus"
      body += ReportChart.rectangle(
        x + 2, y(max(from, to)), step - 4, abs(y(from) - y(to)), kind, "\(label): \(text)")
      if isSlanted {
        body +=
          "<g transform=\"rotate(-35 \(ReportChart.fixed(x + step / 2)) \(ReportChart.fixed(height - 36)))\">"
        body +=
          ReportChart.text(
            DisplayWidth.truncated(label, to: 16), x + step / 2, height - 32, "end") + "</g>"
      } else {
        body += ReportChart.text(
          DisplayWidth.truncated(label, to: max(3, Int(step / 8))), x + step / 2, height - 22,
          "middle")
      }
      body += ReportChart.text(
        isTotal ? text : ReportChart.short(to - from), x + step / 2, y(max(from, to)) - 5,
        "middle value")
    }
    return frame(isSlanted ? height + 60 : height, body)
  }

  /// `1.2 m`: for axes only.
  static func short(_ value: Double) -> String {
    for (limit, name) in [(1e9, " bn"), (1e6, " m"), (1e3, " k")] where abs(value) >= limit {
      return fixed(value / limit) + name
    }
    return fixed(value)
  }
}

extension String {
  /// `-0.3` loses its sign when its whole part is written as 0.
  fileprivate func replacingMinusZero(_ tenths: Int) -> String {
    tenths < 0 && tenths > -10 ? "-" + self : self
  }
}
