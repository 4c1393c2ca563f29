/// One node of a file's schema tree, with the levels that the format derives from it.
final class SchemaNode: Sendable {
  let element: SchemaElement
  let children: [SchemaNode]
  /// How many nodes from the root to here, this one included, are optional or repeated.
  let definitionLevel: Int
  /// How many of them are repeated.
  let repetitionLevel: Int
  /// The position among the leaves; for a group, that of its first leaf.
  let firstLeaf: Int
  let leafCount: Int

  static let maximumDepth = 60

  var name: String { element.name }
  var isLeaf: Bool { element.type != nil }
  var isOptional: Bool { element.repetition == .optional }
  var isRepeated: Bool { element.repetition == .repeated }

  /// The root of the tree that `elements` list depth first.
  static func tree(_ elements: [SchemaElement]) throws(ParquetError) -> SchemaNode {
    var next = 0
    var leaves = 0
    guard !elements.isEmpty else { throw .damaged("the schema is empty") }
    let root = try SchemaNode(elements, &next, &leaves, parent: nil, depth: 0)
    guard !root.isLeaf else { throw .damaged("the schema's root is a column") }
    guard next == elements.count else {
      throw .damaged("the schema lists \(elements.count) nodes, its tree has \(next)")
    }
    return root
  }

  private init(
    _ elements: [SchemaElement], _ next: inout Int, _ leaves: inout Int,
    parent: (definition: Int, repetition: Int)?, depth: Int
  ) throws(ParquetError) {
    guard depth <= SchemaNode.maximumDepth else {
      throw .unsupported("a schema nested deeper than \(SchemaNode.maximumDepth) levels")
    }
    let element = elements[next]
    next += 1
    self.element = element
    firstLeaf = leaves
    var definition = parent?.definition ?? 0
    var repetition = parent?.repetition ?? 0
    if parent != nil {
      guard let own = element.repetition else {
        throw .damaged("schema node '\(element.name)' has no repetition")
      }
      if own != .required { definition += 1 }
      if own == .repeated { repetition += 1 }
    }
    definitionLevel = definition
    repetitionLevel = repetition
    let count = Int(element.childCount ?? 0)
    if element.type != nil {
      guard count == 0 else {
        throw .damaged("schema node '\(element.name)' has a type and \(count) children")
      }
      children = []
      leaves += 1
    } else {
      guard count >= 0, count <= elements.count - next else {
        throw .damaged(
          "schema node '\(element.name)' claims \(count) children, \(elements.count - next) nodes"
            + " are left")
      }
      var nodes: [SchemaNode] = []
      for _ in 0..<count {
        guard next < elements.count else { throw .damaged("the schema ends within a group") }
        nodes.append(
          try SchemaNode(
            elements, &next, &leaves, parent: (definition, repetition), depth: depth + 1))
      }
      children = nodes
    }
    leafCount = leaves - firstLeaf
  }
}
