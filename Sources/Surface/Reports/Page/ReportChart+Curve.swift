import Columnar
import Glibc
import Lakehouse

/// Yield curves: points at their tenors, drawn to scale.
extension ReportChart {
  /// Years of `ON`, `1D`, `2W`, `3M`, `10Y`, `1Y6M`; nil for what is no tenor.
  package static func years(of tenor: String) -> Double? {
    let text = tenor.uppercased()
    if ["ON", "O/N", "TN", "SN"].contains(text) { return 1 / 365.0 }
    var years = 0.0
    var digits = ""
    for character in text {
      if character.isASCII, character.isNumber || character == "." {
        digits.append(character)
        continue
      }
      let units: [Character: Double] = ["D": 1 / 365.0, "W": 7 / 365.0, "M": 1 / 12.0, "Y": 1]
      guard let unit = units[character], let number = Double(digits) else { return nil }
      years += number * unit
      digits = ""
    }
    return digits.isEmpty && !text.isEmpty ? years : nil
  }

  /// By the tenors of the first text column, else by the first numeric column as years; each further
  /// numeric column is a curve.
  func curve() -> String {
    let tenors = section.textColumns.first { column in
      section.texts(column).prefix(count).allSatisfy { ReportChart.years(of: $0) != nil }
    }
    let axis = tenors ?? section.numberColumns.first
    let columns = Array(section.numberColumns.filter { $0 != axis }.prefix(6))
    guard let axis, count > 1, !columns.isEmpty else { return "" }
    let names = section.texts(axis)
    let places = (0..<count).map { row in
      tenors == nil ? section.number(axis, row) : ReportChart.years(of: names[row])
    }
    let order = places.indices.filter { places[$0] != nil }.sorted {
      (places[$0] ?? 0) < (places[$1] ?? 0)
    }
    let all = columns.flatMap { column in order.compactMap { section.number(column, $0) } }
    guard let low = all.min(), let high = all.max(), let first = order.first, let last = order.last,
      let start = places[first], let end = places[last], end > start, start >= 0
    else { return "" }
    let height = 320.0
    // By the root of time: months and decades are both seen.
    let x = { (years: Double) in
      90 + (sqrt(years) - sqrt(start)) / (sqrt(end) - sqrt(start)) * (self.width - 130)
    }
    let y = { (value: Double) in
      high > low ? 30 + (high - value) / (high - low) * (height - 90) : height / 2
    }
    var body = ReportChart.grid(low, high, width: width, y)
    for (index, column) in columns.enumerated() {
      let texts = section.texts(column)
      var path = ""
      var marks = ""
      for row in order {
        guard let years = places[row], let value = section.number(column, row) else { continue }
        let point = (ReportChart.fixed(x(years)), ReportChart.fixed(y(value)))
        path += "\(path.isEmpty ? "M" : "L")\(point.0) \(point.1)"
        marks +=
          "<circle cx=\"\(point.0)\" cy=\"\(point.1)\" r=\"3.5\" class=\"point l\(index)\"><title>"
        marks += TextDialect.html.escaped(
          "\(section.schema[column].name) \(names[row]): \(texts[row])")
        marks += "</title></circle>"
      }
      body += "<path d=\"\(path)\" class=\"line l\(index)\"/>" + marks
      body += ReportChart.text(
        section.schema[column].name, 100 + Double(index) * 130, 12, "t\(index)")
    }
    // Names of tenors stand where there is room for them.
    var free = 0.0
    for row in order {
      guard let years = places[row], x(years) >= free || row == last else { continue }
      body += ReportChart.text(names[row], x(years), height - 25, "middle")
      free = x(years) + 12 + 8 * Double(DisplayWidth.of(names[row]))
    }
    return frame(height, body)
  }

  /// Lines with their values, at four parts of the range.
  static func grid(
    _ low: Double, _ high: Double, width: Double, _ y: (Double) -> Double
  ) -> String {
    var body = ""
    for step in 0...4 {
      let value = low + (high - low) * Double(step) / 4
      body += "<line x1=\"90\" x2=\"\(Int(width) - 20)\" y1=\"\(fixed(y(value)))\" "
      body += "y2=\"\(fixed(y(value)))\" class=\"grid\"/>"
      body += text(axisText(value, step: (high - low) / 4), 84, y(value) + 4, "end")
    }
    return body
  }

  /// With as many places as tell one line of the grid from the next: a yield of 0.0431 is no 0.0.
  package static func axisText(_ value: Double, step: Double) -> String {
    if step <= 0 || step >= 0.1 || abs(value) >= 1000 { return short(value) }
    let places = min(8, Int((-log10(step)).rounded(.up)) + 1)
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let whole = Int((abs(value) * scale).rounded())
    let fraction = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: places - fraction.utf8.count)
    return (value < 0 && whole > 0 ? "-" : "") + "\(whole / Int(scale)).\(zeros)\(fraction)"
  }
}
