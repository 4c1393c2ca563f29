import Columnar

/// Levels of some rows of one leaf, and its values where the definition is the highest.
struct LeafEntries {
  var repetitions: [Int32] = []
  var definitions: [Int32] = []
  /// Without nulls.
  var values: Column
}

extension ColumnChunkReader {
  /// The next `count` rows as a column, for leaves without lists or groups above.
  func readFlat(_ count: Int) throws(ParquetError) -> Column {
    switch leaf.conversion {
    case .boolean: try readBooleans(count)
    case .bytes: try readStrings(count)
    default: try readFixed(count)
    }
  }

  /// The next `rows` rows as levels and values, for any leaf.
  func readEntries(rows: Int) throws(ParquetError) -> LeafEntries {
    var entries = LeafEntries(values: .nulls(leaf.type, count: 0))
    var parts: [Column] = []
    var seen = 0
    while true {
      if pendingNext == pendingDefinitions.count {
        if seen == rows, maximumRepetition == 0 { break }
        guard try loadPending() else { break }
      }
      let start = pendingNext
      var next = start
      while next < pendingDefinitions.count {
        if pendingRepetitions[next] == 0 {
          if seen == rows { break }
          seen += 1
        } else if isAtStart {
          throw .damaged(
            "column chunk starts with repetition level \(pendingRepetitions[next]), expected 0")
        }
        isAtStart = false
        next += 1
      }
      if next > start {
        parts.append(try consume(start..<next, into: &entries))
        pendingNext = next
      }
      if next < pendingDefinitions.count { break }
    }
    guard seen == rows else {
      throw .damaged("column chunk ends \(rows - seen) rows early")
    }
    if !parts.isEmpty {
      do throws(ColumnOverflow) { entries.values = try Column.concatenate(parts) } catch {
        throw ParquetError(error)
      }
    }
    return entries
  }

  private func consume(
    _ range: Range<Int>, into entries: inout LeafEntries
  ) throws(ParquetError) -> Column {
    // Two levels and the slots that lists and groups above make of an entry.
    guard entries.definitions.count + range.count <= budget.batchBytes / 16 else {
      throw ParquetError(
        .overBudget, "lists of a batch hold more than \(budget.batchBytes / 16) entries")
    }
    entries.repetitions.append(contentsOf: pendingRepetitions[range])
    entries.definitions.append(contentsOf: pendingDefinitions[range])
    let highest = Int32(maximumDefinition)
    var present = 0
    for level in pendingDefinitions[range] where level == highest { present += 1 }
    switch leaf.conversion {
    case .boolean:
      try charge(present)
      return try denseBooleans(present)
    case .bytes:
      try charge(present * 4)
      return try denseStrings(present)
    default:
      try charge(present * conversion.width)
      return unsafe Column(
        leaf.type,
        try fixedStorage(present) { (output) throws(ParquetError) in
          unsafe try decodeFixed(present, into: output)
        })
    }
  }
}
