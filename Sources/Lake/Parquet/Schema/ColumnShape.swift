import Columnar

/// A column or nested member as Tarn sees it, and where its levels and values are in the file.
struct ColumnShape: Sendable {
  indirect enum Kind: Sendable {
    case leaf(index: Int, LeafType)
    /// A list, or a map when the element is its structure of key and value.
    ///
    /// `definition` and `repetition` are the levels of the repeated node: a list with elements has
    /// entries that reach `definition`; entries at `repetition` continue it.
    case list(definition: Int, repetition: Int, element: ColumnShape)
    case structure([ColumnShape])
  }

  let field: Field
  let kind: Kind
  /// Entries that reach this level hold a value here that is not null.
  let definition: Int
  /// Levels of the nearest repeated node above: entries below that definition have no slot here.
  let outerDefinition: Int
  let outerRepetition: Int
  let leaves: Range<Int>
}

extension ColumnShape {
  /// The column that a node below the root describes.
  init(_ node: SchemaNode) throws(ParquetError) {
    self = try ColumnShape.shape(node, outer: (0, 0))
  }

  private typealias Levels = (definition: Int, repetition: Int)

  /// A node; one that is repeated without being a list's inner node is a list of itself.
  private static func shape(
    _ node: SchemaNode, outer: Levels
  ) throws(ParquetError) -> ColumnShape {
    guard node.isRepeated else { return try single(node, outer: outer) }
    let element = try single(
      node, outer: (node.definitionLevel, node.repetitionLevel))
    return list(
      node, name: node.name, isNullable: false, repeated: node, element: element, outer: outer)
  }

  /// A node as one value; a repeated one stands for its element.
  private static func single(
    _ node: SchemaNode, outer: Levels
  ) throws(ParquetError) -> ColumnShape {
    let isNullable = node.isOptional
    if node.isLeaf {
      let leaf: LeafType
      do throws(ParquetError) {
        leaf = try LeafType(node.element)
      } catch { throw error.at(column: node.name) }
      return ColumnShape(
        field: Field(node.name, leaf.type, isNullable: isNullable),
        kind: .leaf(index: node.firstLeaf, leaf), definition: node.definitionLevel,
        outerDefinition: outer.definition, outerRepetition: outer.repetition,
        leaves: node.firstLeaf..<node.firstLeaf + 1)
    }
    guard !node.children.isEmpty else {
      throw ParquetError(.unsupported, "group without members", column: node.name)
    }
    if let nested = try annotated(node, outer: outer) { return nested }
    let members = try mapped(node.children) { child throws(ParquetError) in
      try shape(child, outer: outer)
    }
    return ColumnShape(
      field: Field(node.name, .structure(members.map(\.field)), isNullable: isNullable),
      kind: .structure(members), definition: node.definitionLevel,
      outerDefinition: outer.definition, outerRepetition: outer.repetition,
      leaves: node.firstLeaf..<node.firstLeaf + node.leafCount)
  }

  /// The list or map that an annotation makes of a group; nil when there is none.
  private static func annotated(
    _ node: SchemaNode, outer: Levels
  ) throws(ParquetError) -> ColumnShape? {
    let element = node.element
    let isMap: Bool
    switch (element.logicalType, element.convertedType) {
    case (.list, _), (nil, .list): isMap = false
    case (.map, _), (nil, .map): isMap = true
    // Old writers put this annotation on the outer group, too; on the inner one it says nothing.
    case (nil, .mapKeyValue) where !node.isRepeated: isMap = true
    case (.variant, _): throw ParquetError(.unsupported, "type VARIANT", column: node.name)
    default: return nil
    }
    guard node.children.count == 1, node.children[0].isRepeated else {
      throw ParquetError(
        .damaged, "a \(isMap ? "MAP" : "LIST") group needs one repeated child", column: node.name)
    }
    let repeated = node.children[0]
    let inner = (repeated.definitionLevel, repeated.repetitionLevel)
    if isMap, !repeated.isLeaf, repeated.children.count == 2 {
      let members = try mapped(repeated.children) { child throws(ParquetError) in
        try shape(child, outer: inner)
      }
      let entry = ColumnShape(
        field: Field(repeated.name, .structure(members.map(\.field)), isNullable: false),
        kind: .structure(members), definition: repeated.definitionLevel,
        outerDefinition: inner.0, outerRepetition: inner.1,
        leaves: repeated.firstLeaf..<repeated.firstLeaf + repeated.leafCount)
      return list(
        node, name: node.name, isNullable: node.isOptional, repeated: repeated, element: entry,
        outer: outer, type: .map(key: members[0].field, value: members[1].field))
    }
    if isMap, repeated.isLeaf || repeated.children.count != 1 {
      throw ParquetError(
        .damaged, "a MAP group's entries need a key and at most a value", column: node.name)
    }
    let value =
      isItsOwnElement(repeated, listName: node.name)
      ? try single(repeated, outer: inner)
      : try shape(repeated.children[0], outer: inner)
    return list(
      node, name: node.name, isNullable: node.isOptional, repeated: repeated, element: value,
      outer: outer)
  }

  /// Whether the repeated node is the element itself (lists of two levels), by the compatibility
  /// rules of the format's page on logical types.
  private static func isItsOwnElement(_ repeated: SchemaNode, listName: String) -> Bool {
    if repeated.isLeaf || repeated.children.count != 1 { return true }
    if repeated.name == "array" || repeated.name == listName + "_tuple" { return true }
    return repeated.children[0].isRepeated
  }

  private static func list(
    _ node: SchemaNode, name: String, isNullable: Bool, repeated: SchemaNode,
    element: ColumnShape, outer: Levels, type: DataType? = nil
  ) -> ColumnShape {
    ColumnShape(
      field: Field(name, type ?? .list(element: element.field), isNullable: isNullable),
      kind: .list(
        definition: repeated.definitionLevel, repetition: repeated.repetitionLevel,
        element: element),
      definition: repeated.definitionLevel - 1, outerDefinition: outer.definition,
      outerRepetition: outer.repetition,
      leaves: node.firstLeaf..<node.firstLeaf + node.leafCount)
  }

  private static func mapped(
    _ nodes: [SchemaNode], _ transform: (SchemaNode) throws(ParquetError) -> ColumnShape
  ) throws(ParquetError) -> [ColumnShape] {
    var shapes: [ColumnShape] = []
    for node in nodes { shapes.append(try transform(node)) }
    return shapes
  }
}
