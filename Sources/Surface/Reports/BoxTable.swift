import Columnar

/// The text of a table: names, types, cells, and how wide each column is.
struct BoxTable {
  private struct Cell {
    var text: String
    var width: Int
    var isNull = false
    var isNegative = false
  }

  private struct TableColumn {
    var name: String
    var type: String
    var alignsRight: Bool
    /// Numbers, dates and times are shown whole or not at all.
    var mayBeCut: Bool
    var width: Int
    /// Parts of the table between which rows were left out.
    var parts: [[Cell]]
    /// Bars follow the column before them, at least as a pair.
    var isBar = false
  }

  private var columns: [TableColumn]
  /// In lower case, the most wanted first.
  private let preferred: [String]
  private var cutsCells = true

  /// Text columns are cut to this width before whole columns go.
  private static let narrowestText = 24

  init(_ schema: Schema, _ parts: [Batch], _ style: TableStyle) {
    columns = schema.fields.indices.flatMap { index -> [TableColumn] in
      let field = schema[index]
      let values = parts.map { $0.columns[index] }
      let column = BoxTable.column(field, values, style)
      guard style.showsBars, BoxTable.isAmount(field.type) else { return [column] }
      return [column, BoxTable.bars(values)]
    }
    preferred = style.preferredColumns.map { $0.lowercased() }
    narrow(to: style.width)
  }

  /// Whether the unit applies: whole numbers are often keys and counts.
  private static func isAmount(_ type: DataType) -> Bool { type.isDecimal || type.isFloating }

  /// A column of small numbers keeps them: in millions all would be 0.00.
  private static func fits(_ unit: AmountUnit, _ parts: [Column]) -> Bool {
    var least = 0.1
    for _ in 0..<unit.power { least *= 10 }
    return parts.contains { column in
      (0..<column.count).contains {
        BarText.number(column.value($0)).map { abs($0) >= least } ?? false
      }
    }
  }

  private static func column(
    _ field: Field, _ parts: [Column], _ style: TableStyle
  ) -> TableColumn {
    let encoder = CellEncoder(.terminal)
    let unit = isAmount(field.type) ? style.unit.flatMap { fits($0, parts) ? $0 : nil } : nil
    let cells = parts.map { column in
      let text = encoder.encode(column)
      return (0..<column.count).map { row -> Cell in
        let isNull = column.isNull(row)
        var value = text.string(row)
        if !isNull, style.showsBars, let numbers = BarText.numbers(column.value(row)) {
          value = BarText.curve(numbers)
        }
        if let unit, !isNull { value = unit.scaled(value) }
        if style.groupsDigits, field.type == .double { value = ShortNumber.text(value) }
        if style.groupsDigits, field.type.isNumeric, !isNull { value = Footer.grouped(value) }
        return Cell(text: value, width: DisplayWidth.of(value), isNull: isNull)
      }
    }
    var name: [UInt8] = []
    TextDialect.terminal.append(field.name, to: &name)
    let title = String(decoding: name, as: UTF8.self)
    let type = field.type.sqlName + (unit.map { " " + $0.rawValue } ?? "")
    let widest = cells.joined().reduce(0) { max($0, $1.width) }
    return TableColumn(
      name: title, type: type, alignsRight: field.type.isNumeric,
      mayBeCut: field.type == .string || field.type == .binary || field.type.isNested,
      width: max(widest, DisplayWidth.of(title), DisplayWidth.of(type)), parts: cells)
  }

  /// A column without name or type that shows the sizes of the one before.
  private static func bars(_ parts: [Column]) -> TableColumn {
    let numbers = parts.map { column in
      (0..<column.count).map { BarText.number(column.value($0)) }
    }
    let largest = numbers.joined().reduce(0.0) { found, number in
      number.map { $0.isFinite ? Swift.max(found, abs($0)) : found } ?? found
    }
    let cells = numbers.map { part in
      part.map { number -> Cell in
        let text = number.map { BarText.bar($0, of: largest) } ?? ""
        var cell = Cell(text: text, width: DisplayWidth.of(text))
        cell.isNegative = (number ?? 0) < 0
        return cell
      }
    }
    return TableColumn(
      name: "", type: "", alignsRight: false, mayBeCut: false, width: BarText.width, parts: cells,
      isBar: true)
  }

  /// How many columns of the result `drawn` leaves out.
  func hiddenColumns(_ style: TableStyle) -> Int {
    let shown = Set(shownColumns(style.width).compactMap { $0 })
    return columns.indices.reduce(0) { $0 + (columns[$1].isBar || shown.contains($1) ? 0 : 1) }
  }

  /// The table with its borders, ending with a newline.
  func drawn(_ style: TableStyle) -> String { beginning(style) + end(style) }

  /// The table without its lower border.
  func beginning(_ style: TableStyle) -> String {
    let shown = shownColumns(style.width)
    let widths = shown.map { $0.map { columns[$0].width } ?? 1 }
    var text = BoxTable.rule("┌", "┬", "┐", widths)
    text += line(shown, style) { Cell(text: $0.name, width: DisplayWidth.of($0.name)) }
    text += line(shown, style, isDim: true) {
      Cell(text: $0.type, width: DisplayWidth.of($0.type))
    }
    return text + BoxTable.rule("├", "┼", "┤", widths) + body(style)
  }

  /// The lower border.
  func end(_ style: TableStyle) -> String {
    let shown = shownColumns(style.width)
    return BoxTable.rule("└", "┴", "┘", shown.map { $0.map { columns[$0].width } ?? 1 })
  }

  /// The rows alone.
  func body(_ style: TableStyle) -> String {
    let shown = shownColumns(style.width)
    var text = ""
    for part in 0..<(columns.first?.parts.count ?? 0) {
      if part > 0 { text += line(shown, style) { _ in Cell(text: "⋮", width: 1) } }
      for row in 0..<(columns.first?.parts[part].count ?? 0) {
        text += line(shown, style) { $0.parts[part][row] }
      }
    }
    return text
  }

  /// Takes the widths of another table of the same columns; wider cells stand out at the right.
  mutating func align(with other: BoxTable) {
    for index in columns.indices where index < other.columns.count {
      columns[index].width = other.columns[index].width
      columns[index].mayBeCut = false
    }
    cutsCells = false
  }

  private static func rule(
    _ left: String, _ middle: String, _ right: String, _ widths: [Int]
  ) -> String {
    left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
      + "\n"
  }

  private func line(
    _ shown: [Int?], _ style: TableStyle, isDim: Bool = false, _ cell: (TableColumn) -> Cell
  ) -> String {
    var text = "│"
    for index in shown {
      guard let index else {
        text += " … │"
        continue
      }
      let column = columns[index]
      var value = cell(column)
      if value.width > column.width, cutsCells {
        value.text = DisplayWidth.truncated(value.text, to: column.width)
        value.width = DisplayWidth.of(value.text)
      }
      let padding = String(repeating: " ", count: max(0, column.width - value.width))
      let isNegative =
        value.isNegative || (column.alignsRight && value.text.utf8.first == UInt8(ascii: "-"))
      var colored = value.text
      if style.usesColor {
        if isDim || value.isNull {
          colored = "\u{1b}[2m" + value.text + "\u{1b}[0m"
        } else if isNegative {
          colored = "\u{1b}[31m" + value.text + "\u{1b}[0m"
        }
      }
      text += column.alignsRight ? " \(padding)\(colored) │" : " \(colored)\(padding) │"
    }
    return text + "\n"
  }

  private static func total(_ widths: some Sequence<Int>) -> Int {
    widths.reduce(1) { $0 + $1 + 3 }
  }

  /// Cuts text columns, the widest first, until the table fits or none is left to cut.
  private mutating func narrow(to limit: Int?) {
    guard let limit else { return }
    while BoxTable.total(columns.map(\.width)) > limit {
      let candidates = columns.indices.filter {
        columns[$0].mayBeCut
          && columns[$0].width > max(BoxTable.narrowestText, DisplayWidth.of(columns[$0].name))
      }
      guard let widest = candidates.max(by: { columns[$0].width < columns[$1].width }) else {
        return
      }
      let excess = BoxTable.total(columns.map(\.width)) - limit
      let floor = max(BoxTable.narrowestText, DisplayWidth.of(columns[widest].name))
      columns[widest].width = max(floor, columns[widest].width - excess)
    }
  }

  /// The columns to draw, nil for each gap when not all fit.
  private func shownColumns(_ limit: Int?) -> [Int?] {
    let all = Array(columns.indices)
    guard let limit, BoxTable.total(columns.map(\.width)) > limit else { return all }
    if !preferred.isEmpty { return preferredColumns(limit) }
    var left: [Int] = []
    var right: [Int] = []
    // The gap is one column of width 1.
    var used = 1 + 4
    while left.count + right.count < columns.count {
      let takesLeft = left.count <= right.count
      let next = takesLeft ? left.count : columns.count - 1 - right.count
      used += columns[next].width + 3
      if used > limit, !left.isEmpty { break }
      if takesLeft { left.append(next) } else { right.append(next) }
    }
    return left + [nil] + right.reversed()
  }

  /// Takes the wanted columns as long as they fit, then the others from the left.
  private func preferredColumns(_ limit: Int) -> [Int?] {
    let names = columns.map { $0.name.lowercased() }
    var order: [Int] = []
    for name in preferred {
      order += columns.indices.filter { names[$0] == name && !columns[$0].isBar }
    }
    order += columns.indices.filter { !order.contains($0) && !columns[$0].isBar }
    var chosen: Set<Int> = []
    for index in order {
      var candidate = chosen.union([index])
      // A bar goes with its number.
      if index + 1 < columns.count, columns[index + 1].isBar { candidate.insert(index + 1) }
      let drawn = BoxTable.withGaps(candidate, of: columns.count)
      let needed = BoxTable.total(drawn.map { $0.map { columns[$0].width } ?? 1 })
      if needed <= limit || chosen.isEmpty { chosen = candidate }
    }
    return BoxTable.withGaps(chosen, of: columns.count)
  }

  /// The columns in their order, nil wherever some between or behind them are missing.
  private static func withGaps(_ chosen: Set<Int>, of count: Int) -> [Int?] {
    var drawn: [Int?] = []
    var isGap = false
    for index in 0..<count {
      if chosen.contains(index) {
        drawn.append(index)
        isGap = false
      } else if !isGap {
        drawn.append(nil)
        isGap = true
      }
    }
    return drawn
  }
}
