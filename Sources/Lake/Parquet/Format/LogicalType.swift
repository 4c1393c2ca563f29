/// What a column's values mean.
package enum LogicalType: Sendable, Hashable {
  case string
  case map
  case list
  case enumeration
  case decimal(scale: Int32, precision: Int32)
  case date
  case time(isAdjustedToUTC: Bool, unit: TimeUnit)
  case timestamp(isAdjustedToUTC: Bool, unit: TimeUnit)
  case integer(bitWidth: Int8, isSigned: Bool)
  /// Only nulls.
  case unknown
  case json
  case bson
  case uuid
  case float16
  case variant
  case geometry
  case geography
  /// One that is not known here, by the number of its case in the format.
  case other(Int)
}

package enum TimeUnit: Int, Sendable, Hashable {
  case millis = 1
  case micros = 2
  case nanos = 3
}

extension LogicalType: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var found: LogicalType?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: found = .string
      case 2: found = .map
      case 3: found = .list
      case 4: found = .enumeration
      case 5:
        found = try LogicalType.decimal(&reader, field)
        continue
      case 6: found = .date
      case 7:
        let (isAdjustedToUTC, unit) = try LogicalType.time(&reader, field)
        found = .time(isAdjustedToUTC: isAdjustedToUTC, unit: unit)
        continue
      case 8:
        let (isAdjustedToUTC, unit) = try LogicalType.time(&reader, field)
        found = .timestamp(isAdjustedToUTC: isAdjustedToUTC, unit: unit)
        continue
      case 10:
        found = try LogicalType.integer(&reader, field)
        continue
      case 11: found = .unknown
      case 12: found = .json
      case 13: found = .bson
      case 14: found = .uuid
      case 15: found = .float16
      case 16: found = .variant
      case 17: found = .geometry
      case 18: found = .geography
      default: found = .other(field.id)
      }
      try reader.skip(field)
    }
    self = try reader.required(found, "logical type")
  }

  private static func decimal(
    _ reader: inout CompactReader, _ outer: CompactReader.FieldHeader
  ) throws(ParquetError) -> LogicalType {
    try reader.structure(outer)
    try reader.beginStructure()
    var scale: Int32?
    var precision: Int32?
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: scale = try reader.int32(field)
      case 2: precision = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
    return .decimal(
      scale: scale ?? 0, precision: try reader.required(precision, "precision of a decimal"))
  }

  private static func time(
    _ reader: inout CompactReader, _ outer: CompactReader.FieldHeader
  ) throws(ParquetError) -> (Bool, TimeUnit) {
    try reader.structure(outer)
    try reader.beginStructure()
    var isAdjustedToUTC: Bool?
    var unit: TimeUnit?
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: isAdjustedToUTC = try reader.bool(field)
      case 2:
        try reader.structure(field)
        try reader.beginStructure()
        var lastUnit = 0
        while let inner = try reader.nextField(&lastUnit) {
          unit = TimeUnit(rawValue: inner.id)
          try reader.skip(inner)
        }
      default: try reader.skip(field)
      }
    }
    return (
      try reader.required(isAdjustedToUTC, "isAdjustedToUTC of a time"),
      try reader.required(unit, "known unit of a time")
    )
  }

  private static func integer(
    _ reader: inout CompactReader, _ outer: CompactReader.FieldHeader
  ) throws(ParquetError) -> LogicalType {
    try reader.structure(outer)
    try reader.beginStructure()
    var bitWidth: Int8?
    var isSigned: Bool?
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: bitWidth = try reader.int8(field)
      case 2: isSigned = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
    return .integer(
      bitWidth: try reader.required(bitWidth, "bit width of an integer"),
      isSigned: try reader.required(isSigned, "sign of an integer"))
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      switch self {
      case .string: writer.emptyField(1)
      case .map: writer.emptyField(2)
      case .list: writer.emptyField(3)
      case .enumeration: writer.emptyField(4)
      case .decimal(let scale, let precision):
        writer.field(5) { writer in
          writer.field(1, scale)
          writer.field(2, precision)
        }
      case .date: writer.emptyField(6)
      case .time(let isAdjustedToUTC, let unit):
        writer.field(7) { LogicalType.write(isAdjustedToUTC, unit, to: &$0) }
      case .timestamp(let isAdjustedToUTC, let unit):
        writer.field(8) { LogicalType.write(isAdjustedToUTC, unit, to: &$0) }
      case .integer(let bitWidth, let isSigned):
        writer.field(10) { writer in
          writer.field(1, bitWidth)
          writer.field(2, isSigned)
        }
      case .unknown: writer.emptyField(11)
      case .json: writer.emptyField(12)
      case .bson: writer.emptyField(13)
      case .uuid: writer.emptyField(14)
      case .float16: writer.emptyField(15)
      case .variant: writer.emptyField(16)
      case .geometry: writer.emptyField(17)
      case .geography: writer.emptyField(18)
      case .other(let id): writer.emptyField(id)
      }
    }
  }

  private static func write(
    _ isAdjustedToUTC: Bool, _ unit: TimeUnit, to writer: inout CompactWriter
  ) {
    writer.field(1, isAdjustedToUTC)
    writer.field(2) { $0.emptyField(unit.rawValue) }
  }
}
