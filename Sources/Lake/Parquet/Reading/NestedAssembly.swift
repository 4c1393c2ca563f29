import Columnar

/// Builds nested columns from the levels and values of their leaves (the record assembly of the
/// Dremel paper, column by column).
///
/// Every node of a column sees the same entries, those of its first leaf, of which the ones count
/// that reach the definition of the nearest list above and do not continue a deeper list.
struct NestedAssembly {
  /// The entries of the column's leaves, by leaf index.
  let leaves: [Int: LeafEntries]

  /// The column; it has exactly `count` slots, or the file is damaged.
  func column(_ shape: ColumnShape, count: Int) throws(ParquetError) -> Column {
    guard let entries = leaves[shape.leaves.lowerBound] else {
      throw .damaged("no levels were read for '\(shape.field.name)'")
    }
    let built: Column
    switch shape.kind {
    case .leaf(_, let leaf): built = try values(entries, shape, leaf)
    case .structure(let members):
      let validity = try self.validity(entries, shape, count: count)
      var columns: [Column] = []
      for member in members { columns.append(try column(member, count: count)) }
      built = Column(shape.field.type, .structure(columns, count: count), validity: validity)
    case .list(let definition, let repetition, let element):
      built = try list(
        entries, shape, definition: Int32(definition), repetition: Int32(repetition),
        element: element)
    }
    guard built.count == count else {
      throw .damaged(
        "levels of '\(shape.field.name)' make \(built.count) values where its neighbours have"
          + " \(count)")
    }
    return built
  }

  private func values(
    _ entries: LeafEntries, _ shape: ColumnShape, _ leaf: LeafType
  ) throws(ParquetError) -> Column {
    let highest = Int32(shape.definition)
    let outer = Int32(shape.outerDefinition)
    var indices: [Int32] = []
    indices.reserveCapacity(entries.definitions.count)
    var valid: [Bool] = []
    valid.reserveCapacity(entries.definitions.count)
    var next: Int32 = 0
    for definition in entries.definitions where definition >= outer {
      let isPresent = definition == highest
      valid.append(isPresent)
      indices.append(isPresent ? next : 0)
      if isPresent { next += 1 }
    }
    guard Int(next) == entries.values.count else {
      throw .damaged("levels of '\(shape.field.name)' do not fit its values")
    }
    if Int(next) == valid.count { return entries.values }
    guard next > 0 else { return .nulls(leaf.type, count: valid.count) }
    let spread = entries.values.take(indices)
    return Column(leaf.type, spread.storage, validity: Bitmap(valid))
  }

  /// Which slots of a group are not null.
  private func validity(
    _ entries: LeafEntries, _ shape: ColumnShape, count: Int
  ) throws(ParquetError) -> Bitmap {
    var valid: [Bool] = []
    for (index, definition) in entries.definitions.enumerated()
    where definition >= Int32(shape.outerDefinition)
      && entries.repetitions[index] <= Int32(shape.outerRepetition)
    {
      valid.append(definition >= Int32(shape.definition))
    }
    guard valid.count == count else {
      throw .damaged(
        "levels of group '\(shape.field.name)' make \(valid.count) values, expected \(count)")
    }
    return Bitmap(valid)
  }

  private func list(
    _ entries: LeafEntries, _ shape: ColumnShape, definition: Int32, repetition: Int32,
    element: ColumnShape
  ) throws(ParquetError) -> Column {
    var offsets: [Int32] = [0]
    var valid: [Bool] = []
    var elements: Int32 = 0
    for (index, level) in entries.definitions.enumerated()
    where level >= Int32(shape.outerDefinition) && entries.repetitions[index] <= repetition {
      if entries.repetitions[index] == repetition {
        guard !valid.isEmpty, level >= definition else {
          throw .damaged("list '\(shape.field.name)' continues where none has begun")
        }
      } else {
        if !valid.isEmpty { offsets.append(elements) }
        valid.append(level >= Int32(shape.definition))
      }
      if level >= definition { elements += 1 }
    }
    if !valid.isEmpty { offsets.append(elements) }
    let child = try column(element, count: Int(elements))
    return Column(
      shape.field.type, .list(offsets: offsets, child: child), validity: Bitmap(valid))
  }
}
