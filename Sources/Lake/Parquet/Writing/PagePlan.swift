/// The rows, entries and present values of one data page.
struct PageRange: Sendable {
  var firstRow: Int
  var rowCount: Int
  var entries: Range<Int>
  var values: Range<Int>
}

/// Cuts a column chunk into pages, always between rows, because the page index counts rows.
struct PagePlan {
  var options: WriterOptions
  var rowCount: Int
  var levels: LeafLevels
  var maximumDefinition: Int
  var valueCount: Int
  /// Positions of the strings when long ones may end a page early.
  var offsets: [Int]?

  func pages() -> [PageRange] {
    if levels.repetition == nil, offsets == nil { return evenPages() }
    return countedPages()
  }

  /// Pages of equally many rows, each row one entry.
  private func evenPages() -> [PageRange] {
    var pages: [PageRange] = []
    var value = 0
    for start in stride(from: 0, to: rowCount, by: options.pageRows) {
      let end = min(start + options.pageRows, rowCount)
      let present = presentCount(start..<end)
      pages.append(
        PageRange(
          firstRow: start, rowCount: end - start, entries: start..<end,
          values: value..<value + present))
      value += present
    }
    return pages
  }

  private func presentCount(_ entries: Range<Int>) -> Int {
    guard let definition = levels.definition else { return entries.count }
    let full = UInt8(maximumDefinition)
    return definition[entries].reduce(0) { $0 &+ ($1 == full ? 1 : 0) }
  }

  /// Pages limited by rows, values and bytes, whatever comes first; a single row may exceed them.
  private func countedPages() -> [PageRange] {
    var pages: [PageRange] = []
    var page = PageRange(firstRow: 0, rowCount: 0, entries: 0..<0, values: 0..<0)
    var entry = 0
    var value = 0
    for row in 0..<rowCount {
      let firstEntry = entry
      let firstValue = value
      entry = endOfRow(entry)
      value += presentCount(firstEntry..<entry)
      let bytes = offsets.map { $0[value] - $0[page.values.lowerBound] } ?? 0
      let isFull =
        page.rowCount == options.pageRows || bytes > options.pageBytes
        || entry - page.entries.lowerBound > max(options.pageValues, options.pageRows)
      if isFull, page.rowCount > 0 {
        pages.append(page)
        page = PageRange(
          firstRow: row, rowCount: 0, entries: firstEntry..<firstEntry,
          values: firstValue..<firstValue)
      }
      page.rowCount += 1
      page.entries = page.entries.lowerBound..<entry
      page.values = page.values.lowerBound..<value
    }
    if page.rowCount > 0 { pages.append(page) }
    return pages
  }

  /// The first entry behind the row that starts at `entry`.
  private func endOfRow(_ entry: Int) -> Int {
    guard let repetition = levels.repetition else { return entry + 1 }
    return repetition[(entry + 1)...].firstIndex(of: 0) ?? repetition.count
  }
}
