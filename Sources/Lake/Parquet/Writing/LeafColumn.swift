import Columnar

/// A column of the file: where its values are found in a batch, and how they are stored.
struct LeafColumn: Sendable {
  /// One step from a top-level column towards its leaf.
  enum Step: Sendable, Hashable {
    case structure(isNullable: Bool, member: Int)
    /// `level` is the repetition level of its elements.
    case list(isNullable: Bool, level: UInt8)
    case leaf(isNullable: Bool)
  }

  var path: [String]
  var topLevel: Int
  var type: DataType
  var physicalType: PhysicalType
  /// Bytes of a value of fixed length, else 0.
  var byteWidth: Int
  var steps: [Step]
  var maximumDefinition: Int
  var maximumRepetition: Int

  var isFlat: Bool { steps.count == 1 }
}

/// The schema of a file as a list of elements, and its leaves, both depth first.
struct FileSchema: Sendable {
  private(set) var elements: [SchemaElement]
  private(set) var leaves: [LeafColumn] = []

  /// - Throws: `.unsupported` for a structure without members (the format has none) and for
  ///   nesting deeper than 255 levels.
  init(_ schema: Schema, fieldIDs: [Int32]?) throws(ParquetError) {
    elements = [SchemaElement(name: "schema", childCount: Int32(schema.count))]
    for (index, field) in schema.fields.enumerated() {
      let identifier = fieldIDs.map { $0[index] } ?? Int32(index + 1)
      try add(field, as: field.name, fieldID: identifier, under: Place(topLevel: index))
    }
  }

  /// Where the walk stands.
  private struct Place {
    var topLevel: Int
    var path: [String] = []
    var steps: [LeafColumn.Step] = []
    var definition = 0
    var repetition = 0

    /// Below the repeated middle of a list or map.
    func inside(_ name: String, isNullable: Bool) -> Place {
      var below = self
      below.path.append(name)
      below.definition += 1
      below.repetition += 1
      below.steps.append(.list(isNullable: isNullable, level: UInt8(clamping: below.repetition)))
      return below
    }
  }

  private mutating func add(
    _ field: Field, as name: String, fieldID: Int32? = nil, under parent: Place
  ) throws(ParquetError) {
    var place = parent
    place.path.append(name)
    if field.isNullable { place.definition += 1 }
    guard place.definition < 255 else {
      throw ParquetError(
        .unsupported, "nesting deeper than 255 levels cannot be written",
        column: place.path.joined(separator: "."))
    }
    let repetition: Repetition = field.isNullable ? .optional : .required
    switch field.type {
    case .structure(let members):
      try addStructure(
        members, SchemaElement(repetition: repetition, name: name, fieldID: fieldID),
        isNullable: field.isNullable, place)
    case .list(let element):
      try addList(
        SchemaElement(
          repetition: repetition, name: name, childCount: 1, convertedType: .list,
          fieldID: fieldID, logicalType: .list),
        of: element, isNullable: field.isNullable, place)
    case .vector:
      try addList(
        SchemaElement(
          repetition: repetition, name: name, childCount: 1, convertedType: .list,
          fieldID: fieldID, logicalType: .list),
        of: Field("element", .double, isNullable: false), isNullable: field.isNullable, place)
    case .map(let key, let value):
      try addMap(
        SchemaElement(
          repetition: repetition, name: name, childCount: 1, convertedType: .map,
          fieldID: fieldID, logicalType: .map),
        key: key, value: value, isNullable: field.isNullable, place)
    default:
      addLeaf(field, name, fieldID: fieldID, place)
    }
  }

  private mutating func addStructure(
    _ members: [Field], _ element: SchemaElement, isNullable: Bool, _ place: Place
  ) throws(ParquetError) {
    guard !members.isEmpty else {
      throw ParquetError(
        .unsupported, "a structure without members cannot be written",
        column: place.path.joined(separator: "."))
    }
    var element = element
    element.childCount = Int32(members.count)
    elements.append(element)
    for (index, member) in members.enumerated() {
      var below = place
      below.steps.append(.structure(isNullable: isNullable, member: index))
      try add(member, as: member.name, under: below)
    }
  }

  /// A group of three levels: the list, its repeated middle, the element.
  private mutating func addList(
    _ element: SchemaElement, of member: Field, isNullable: Bool, _ place: Place
  ) throws(ParquetError) {
    elements.append(element)
    elements.append(SchemaElement(repetition: .repeated, name: "list", childCount: 1))
    try add(member, as: "element", under: place.inside("list", isNullable: isNullable))
  }

  private mutating func addMap(
    _ element: SchemaElement, key: Field, value: Field, isNullable: Bool, _ place: Place
  ) throws(ParquetError) {
    elements.append(element)
    elements.append(SchemaElement(repetition: .repeated, name: "key_value", childCount: 2))
    for (index, member) in [key, value].enumerated() {
      var below = place.inside("key_value", isNullable: isNullable)
      below.steps.append(.structure(isNullable: false, member: index))
      var field = member
      // The format wants keys present.
      if index == 0 { field.isNullable = false }
      try add(field, as: index == 0 ? "key" : "value", under: below)
    }
  }

  private mutating func addLeaf(_ field: Field, _ name: String, fieldID: Int32?, _ place: Place) {
    let stored = LeafColumn.stored(field.type)
    elements.append(
      SchemaElement(
        type: stored.physical,
        typeLength: stored.physical == .fixedLengthByteArray
          ? Int32(stored.byteWidth) : nil,
        repetition: field.isNullable ? .optional : .required, name: name,
        convertedType: stored.converted, scale: stored.scale, precision: stored.precision,
        fieldID: fieldID, logicalType: stored.logical))
    leaves.append(
      LeafColumn(
        path: place.path, topLevel: place.topLevel, type: field.type,
        physicalType: stored.physical, byteWidth: stored.byteWidth,
        steps: place.steps + [.leaf(isNullable: field.isNullable)],
        maximumDefinition: place.definition, maximumRepetition: place.repetition))
  }
}

extension LeafColumn {
  struct Stored {
    var physical: PhysicalType
    var byteWidth = 0
    var converted: ConvertedType?
    var logical: LogicalType?
    var scale: Int32?
    var precision: Int32?
  }

  /// How the format stores a type that is not nested.
  static func stored(_ type: DataType) -> Stored {
    switch type {
    case .boolean: Stored(physical: .boolean)
    case .int32: Stored(physical: .int32, byteWidth: 4)
    case .int64: Stored(physical: .int64, byteWidth: 8)
    case .float: Stored(physical: .float, byteWidth: 4)
    case .double: Stored(physical: .double, byteWidth: 8)
    case .string: Stored(physical: .byteArray, converted: .utf8, logical: .string)
    case .date: Stored(physical: .int32, byteWidth: 4, converted: .date, logical: .date)
    case .timestamp:
      Stored(
        physical: .int64, byteWidth: 8, converted: .timestampMicros,
        logical: .timestamp(isAdjustedToUTC: true, unit: .micros))
    case .timestampNTZ:
      // The old annotation means an instant, so a time without a zone goes without it.
      Stored(
        physical: .int64, byteWidth: 8, logical: .timestamp(isAdjustedToUTC: false, unit: .micros))
    case .decimal(let precision, let scale): decimal(precision: precision, scale: scale)
    case .binary, .list, .vector, .structure, .map: Stored(physical: .byteArray)
    }
  }

  private static func decimal(precision: Int, scale: Int) -> Stored {
    var stored = Stored(
      physical: .int32, byteWidth: 4, converted: .decimal,
      logical: .decimal(scale: Int32(scale), precision: Int32(precision)), scale: Int32(scale),
      precision: Int32(precision))
    if precision > 18 {
      stored.physical = .fixedLengthByteArray
      stored.byteWidth = byteCount(forPrecision: precision)
    } else if precision > 9 {
      stored.physical = .int64
      stored.byteWidth = 8
    }
    return stored
  }

  /// The fewest bytes whose two's complement holds every number of `precision` digits.
  static func byteCount(forPrecision precision: Int) -> Int {
    let largest = Decimal128.powersOfTen[precision] - 1
    return (Int128.bitWidth - largest.leadingZeroBitCount + 1 + 7) / 8
  }
}
