import Columnar

/// The levels of a leaf column (the format's "Nested Encoding"), one an entry.
///
/// An entry is a value or the place where one is missing: a null, or a list that is empty or absent.
struct LeafLevels {
  var entryCount = 0
  /// Nil when every entry is a value.
  var definition: [UInt8]?
  /// Nil when no list is on the way; 0 starts a row.
  var repetition: [UInt8]?
}

/// Turns nested columns into levels and values, one step of the path at a time over all rows.
enum LevelShredder {
  /// The levels of `parts` (a top-level column, batch by batch) for one leaf, and the leaf's present
  /// values, part by part.
  ///
  /// - Throws: `.invalidInput` when something is null that the schema says is not.
  static func shred(
    _ parts: [Column], _ leaf: LeafColumn
  ) throws(ParquetError) -> (levels: LeafLevels, values: [Column]) {
    var levels = LeafLevels()
    if leaf.maximumRepetition > 0 { levels.repetition = [] }
    var values: [Column] = []
    for part in parts {
      let (own, present) = leaf.isFlat ? try flat(part, leaf) : try nested(part, leaf)
      append(own, to: &levels, full: UInt8(leaf.maximumDefinition))
      values.append(present)
    }
    return (levels, values)
  }

  private static func append(_ part: LeafLevels, to levels: inout LeafLevels, full: UInt8) {
    if part.definition != nil || levels.definition != nil {
      var definition =
        levels.definition ?? [UInt8](repeating: full, count: levels.entryCount)
      definition.append(
        contentsOf: part.definition ?? [UInt8](repeating: full, count: part.entryCount))
      levels.definition = definition
    }
    if let repetition = part.repetition { levels.repetition?.append(contentsOf: repetition) }
    levels.entryCount += part.entryCount
  }

  private static func flat(
    _ column: Column, _ leaf: LeafColumn
  ) throws(ParquetError) -> (LeafLevels, Column) {
    var levels = LeafLevels(entryCount: column.count)
    guard let validity = column.validity else { return (levels, column) }
    guard leaf.maximumDefinition > 0 else { throw unexpectedNull(leaf) }
    levels.definition = validity.bytes
    return (levels, column.take(validity.setIndices()))
  }

  /// The entries of one part as the walk goes down.
  private struct Entries {
    var definition: [UInt8]
    var repetition: [UInt8]
    /// The row of the current column that the entry stands at; -1 when it ended above.
    var rows: [Int32]
  }

  private static func nested(
    _ column: Column, _ leaf: LeafColumn
  ) throws(ParquetError) -> (LeafLevels, Column) {
    let zeros = [UInt8](repeating: 0, count: column.count)
    var entries = Entries(
      definition: zeros, repetition: zeros, rows: Array(0..<Int32(column.count)))
    var current = column
    for step in leaf.steps {
      switch (step, current.storage) {
      case (.leaf(let isNullable), _):
        try descend(&entries, current, isNullable: isNullable, leaf)
      case (.structure(let isNullable, let member), .structure(let children, _)):
        try descend(&entries, current, isNullable: isNullable, leaf)
        current = children[member]
      case (.list(let isNullable, let level), .list(let offsets, let child)):
        try descend(&entries, current, isNullable: isNullable, leaf)
        entries = expanded(entries, offsets, level: level)
        current = child
      default:
        throw ParquetError(
          .invalidInput, "the column is not nested as its type says",
          column: leaf.path.joined(separator: "."))
      }
    }
    let present = entries.rows.filter { $0 >= 0 }
    var levels = LeafLevels(entryCount: entries.rows.count)
    if leaf.maximumRepetition > 0 { levels.repetition = entries.repetition }
    if present.count < entries.rows.count { levels.definition = entries.definition }
    // Consecutive rows, as in a list without gaps, need no gathering.
    let isWhole =
      present.count == current.count
      && present.indices.allSatisfy { Int(present[$0]) == $0 }
    return (levels, isWhole && current.validity == nil ? current : current.take(present))
  }

  /// Entries at a null end here; the others are defined one level further.
  private static func descend(
    _ entries: inout Entries, _ column: Column, isNullable: Bool, _ leaf: LeafColumn
  ) throws(ParquetError) {
    guard isNullable || column.validity != nil else { return }
    for index in entries.rows.indices where entries.rows[index] >= 0 {
      if column.isNull(Int(entries.rows[index])) {
        guard isNullable else { throw unexpectedNull(leaf) }
        entries.rows[index] = -1
      } else if isNullable {
        entries.definition[index] += 1
      }
    }
  }

  /// One entry an element; an empty list keeps one that ends.
  private static func expanded(_ entries: Entries, _ offsets: [Int32], level: UInt8) -> Entries {
    var result = Entries(definition: [], repetition: [], rows: [])
    var total = 0
    for row in entries.rows {
      total += row < 0 ? 1 : max(1, Int(offsets[Int(row) + 1] - offsets[Int(row)]))
    }
    result.definition.reserveCapacity(total)
    result.repetition.reserveCapacity(total)
    result.rows.reserveCapacity(total)
    for (index, row) in entries.rows.enumerated() {
      let definition = entries.definition[index]
      let repetition = entries.repetition[index]
      let elements = row < 0 ? 0..<0 : offsets[Int(row)]..<offsets[Int(row) + 1]
      if elements.isEmpty {
        result.definition.append(definition)
        result.repetition.append(repetition)
        result.rows.append(-1)
        continue
      }
      let count = elements.count
      result.definition.append(contentsOf: repeatElement(definition + 1, count: count))
      result.repetition.append(repetition)
      result.repetition.append(contentsOf: repeatElement(level, count: count - 1))
      result.rows.append(contentsOf: elements)
    }
    return result
  }

  private static func unexpectedNull(_ leaf: LeafColumn) -> ParquetError {
    ParquetError(
      .invalidInput, "the schema says the column is never null, found a null",
      column: leaf.path.joined(separator: "."))
  }
}
