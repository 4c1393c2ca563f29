/// Bounds and counts of a column chunk or page, values as PLAIN bytes.
package struct Statistics: Sendable, Hashable {
  /// Compared as signed bytes by its writers: of use for signed numbers only.
  package var deprecatedMax: [UInt8]?
  package var deprecatedMin: [UInt8]?
  package var nullCount: Int64?
  package var distinctCount: Int64?
  package var maxValue: [UInt8]?
  package var minValue: [UInt8]?
  /// False: the value is a bound that need not occur.
  package var isMaxValueExact: Bool?
  package var isMinValueExact: Bool?

  package init(
    deprecatedMax: [UInt8]? = nil, deprecatedMin: [UInt8]? = nil, nullCount: Int64? = nil,
    distinctCount: Int64? = nil, maxValue: [UInt8]? = nil, minValue: [UInt8]? = nil,
    isMaxValueExact: Bool? = nil, isMinValueExact: Bool? = nil
  ) {
    self.deprecatedMax = deprecatedMax
    self.deprecatedMin = deprecatedMin
    self.nullCount = nullCount
    self.distinctCount = distinctCount
    self.maxValue = maxValue
    self.minValue = minValue
    self.isMaxValueExact = isMaxValueExact
    self.isMinValueExact = isMinValueExact
  }
}

extension Statistics: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var deprecatedMax: [UInt8]?
    var deprecatedMin: [UInt8]?
    var nullCount: Int64?
    var distinctCount: Int64?
    var maxValue: [UInt8]?
    var minValue: [UInt8]?
    var isMaxValueExact: Bool?
    var isMinValueExact: Bool?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: deprecatedMax = try reader.binary(field)
      case 2: deprecatedMin = try reader.binary(field)
      case 3: nullCount = try reader.int64(field)
      case 4: distinctCount = try reader.int64(field)
      case 5: maxValue = try reader.binary(field)
      case 6: minValue = try reader.binary(field)
      case 7: isMaxValueExact = try reader.bool(field)
      case 8: isMinValueExact = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
    self.deprecatedMax = deprecatedMax
    self.deprecatedMin = deprecatedMin
    self.nullCount = nullCount
    self.distinctCount = distinctCount
    self.maxValue = maxValue
    self.minValue = minValue
    self.isMaxValueExact = isMaxValueExact
    self.isMinValueExact = isMinValueExact
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, deprecatedMax)
      writer.field(2, deprecatedMin)
      writer.field(3, nullCount)
      writer.field(4, distinctCount)
      writer.field(5, maxValue)
      writer.field(6, minValue)
      writer.field(7, isMaxValueExact)
      writer.field(8, isMinValueExact)
    }
  }
}
