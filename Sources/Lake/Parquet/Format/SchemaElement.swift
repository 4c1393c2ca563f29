/// One node of the schema tree, which a file lists depth first.
package struct SchemaElement: Sendable, Hashable {
  /// Nil for a group.
  package var type: PhysicalType?
  /// Bytes of a fixed-length value.
  package var typeLength: Int32?
  /// Nil for the root.
  package var repetition: Repetition?
  package var name: String
  package var childCount: Int32?
  package var convertedType: ConvertedType?
  package var scale: Int32?
  package var precision: Int32?
  package var fieldID: Int32?
  package var logicalType: LogicalType?

  package init(
    type: PhysicalType? = nil, typeLength: Int32? = nil, repetition: Repetition? = nil,
    name: String, childCount: Int32? = nil, convertedType: ConvertedType? = nil,
    scale: Int32? = nil, precision: Int32? = nil, fieldID: Int32? = nil,
    logicalType: LogicalType? = nil
  ) {
    self.type = type
    self.typeLength = typeLength
    self.repetition = repetition
    self.name = name
    self.childCount = childCount
    self.convertedType = convertedType
    self.scale = scale
    self.precision = precision
    self.fieldID = fieldID
    self.logicalType = logicalType
  }
}

extension SchemaElement: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var type: PhysicalType?
    var typeLength: Int32?
    var repetition: Repetition?
    var name: String?
    var childCount: Int32?
    var convertedType: ConvertedType?
    var scale: Int32?
    var precision: Int32?
    var fieldID: Int32?
    var logicalType: LogicalType?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1:
        type = try reader.required(
          PhysicalType(rawValue: try reader.int32(field)), "known physical type")
      case 2: typeLength = try reader.int32(field)
      case 3:
        repetition = try reader.required(
          Repetition(rawValue: try reader.int32(field)), "known repetition")
      case 4: name = try reader.string(field)
      case 5: childCount = try reader.int32(field)
      case 6: convertedType = ConvertedType(rawValue: try reader.int32(field))
      case 7: scale = try reader.int32(field)
      case 8: precision = try reader.int32(field)
      case 9: fieldID = try reader.int32(field)
      case 10: logicalType = try reader.structure(field)
      default: try reader.skip(field)
      }
    }
    self.type = type
    self.typeLength = typeLength
    self.repetition = repetition
    self.name = try reader.required(name, "name of SchemaElement")
    self.childCount = childCount
    self.convertedType = convertedType
    self.scale = scale
    self.precision = precision
    self.fieldID = fieldID
    self.logicalType = logicalType
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, type?.rawValue)
      writer.field(2, typeLength)
      writer.field(3, repetition?.rawValue)
      writer.field(4, name)
      writer.field(5, childCount)
      writer.field(6, convertedType?.rawValue)
      writer.field(7, scale)
      writer.field(8, precision)
      writer.field(9, fieldID)
      writer.field(10, logicalType)
    }
  }
}
