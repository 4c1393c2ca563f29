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

  private static func nested(
    _ column: Column, _ leaf: LeafColumn
  ) throws(ParquetError) -> (LeafLevels, Column) {
    var entries = LevelEntries(rowCount: column.count)
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
        entries.expand(offsets, childCount: child.count, level: level)
        current = child
      default:
        throw ParquetError(
          .invalidInput, "the column is not nested as its type says",
          column: leaf.path.joined(separator: "."))
      }
    }
    var levels = LeafLevels(entryCount: entries.count)
    if leaf.maximumRepetition > 0 {
      levels.repetition =
        entries.repetition ?? [UInt8](repeating: 0, count: entries.count)
    }
    guard let rows = entries.rows else { return (levels, current) }
    let present = rows.filter { $0 >= 0 }
    if present.count < rows.count { levels.definition = entries.definition }
    return (levels, current.take(present))
  }

  /// Entries at a null end here; the others are defined one level further.
  private static func descend(
    _ entries: inout LevelEntries, _ column: Column, isNullable: Bool, _ leaf: LeafColumn
  ) throws(ParquetError) {
    guard let validity = column.validity else {
      if isNullable { entries.define() }
      return
    }
    let ended = entries.end(atNullsOf: validity)
    guard isNullable || ended == 0 else { throw unexpectedNull(leaf) }
    if isNullable { entries.define() }
  }

  private static func unexpectedNull(_ leaf: LeafColumn) -> ParquetError {
    ParquetError(
      .invalidInput, "the schema says the column is never null, found a null",
      column: leaf.path.joined(separator: "."))
  }
}
