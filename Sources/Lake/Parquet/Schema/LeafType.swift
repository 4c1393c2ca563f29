import Columnar

/// How a leaf's stored values become values of its type.
enum LeafConversion: Sendable, Hashable {
  /// Bit by bit.
  case copy
  case boolean
  case bytes
  case int32ToInt64
  case int32ToInt128
  case int64ToInt128
  case uint32ToInt64
  case uint64ToInt128
  case millisToMicros
  case nanosToMicros
  case int96ToMicros
  case float16ToFloat
  /// Two's complement, most significant byte first.
  case bigEndianToInt64
  case bigEndianToInt128
}

/// A leaf's type in memory and the way there.
struct LeafType: Sendable {
  let type: DataType
  let conversion: LeafConversion
}

extension LeafType {
  /// Decides by the logical type, else by the older annotation, else by the physical type.
  init(_ element: SchemaElement) throws(ParquetError) {
    guard let physical = element.type else { throw .damaged("a group where a column should be") }
    if physical == .fixedLengthByteArray {
      guard let length = element.typeLength, length > 0, length <= 1 << 24 else {
        throw .damaged("fixed-length column with length \(element.typeLength ?? 0)")
      }
    }
    let logical = element.logicalType ?? element.convertedType.flatMap(LeafType.logical(element))
    if element.logicalType == nil, element.convertedType == .interval {
      throw .unsupported("type INTERVAL")
    }
    if let logical, let found = try LeafType.annotated(logical, physical, element) {
      self = found
    } else {
      self = LeafType.plain(physical)
    }
  }

  private static func plain(_ physical: PhysicalType) -> LeafType {
    switch physical {
    case .boolean: LeafType(type: .boolean, conversion: .boolean)
    case .int32: LeafType(type: .int32, conversion: .copy)
    case .int64: LeafType(type: .int64, conversion: .copy)
    case .int96: LeafType(type: .timestamp, conversion: .int96ToMicros)
    case .float: LeafType(type: .float, conversion: .copy)
    case .double: LeafType(type: .double, conversion: .copy)
    case .byteArray, .fixedLengthByteArray: LeafType(type: .binary, conversion: .bytes)
    }
  }

  /// Nil when the annotation adds nothing that Tarn knows.
  private static func annotated(
    _ logical: LogicalType, _ physical: PhysicalType, _ element: SchemaElement
  ) throws(ParquetError) -> LeafType? {
    switch (logical, physical) {
    case (.string, .byteArray), (.enumeration, .byteArray), (.json, .byteArray),
      (.string, .fixedLengthByteArray):
      return LeafType(type: .string, conversion: .bytes)
    case (.decimal(let scale, let precision), _):
      return try decimal(Int(precision), Int(scale), physical, element)
    case (.date, .int32): return LeafType(type: .date, conversion: .copy)
    case (.timestamp(let isUTC, let unit), .int64):
      let conversion: LeafConversion =
        switch unit {
        case .millis: .millisToMicros
        case .micros: .copy
        case .nanos: .nanosToMicros
        }
      return LeafType(type: isUTC ? .timestamp : .timestampNTZ, conversion: conversion)
    case (.time, _): throw .unsupported("type TIME")
    case (.variant, _): throw .unsupported("type VARIANT")
    case (.integer(let width, let isSigned), .int32), (.integer(let width, let isSigned), .int64):
      return try integer(Int(width), isSigned, physical)
    case (.float16, .fixedLengthByteArray):
      guard element.typeLength == 2 else {
        throw .damaged("FLOAT16 of \(element.typeLength ?? 0) bytes, expected 2")
      }
      return LeafType(type: .float, conversion: .float16ToFloat)
    case (.bson, _), (.uuid, _), (.geometry, _), (.geography, _), (.unknown, _), (.other, _):
      return nil
    default:
      throw .damaged("logical type \(logical) on physical type \(physical)")
    }
  }

  private static func integer(
    _ width: Int, _ isSigned: Bool, _ physical: PhysicalType
  ) throws(ParquetError) -> LeafType {
    switch (width, isSigned, physical) {
    case (8, _, .int32), (16, _, .int32), (32, true, .int32):
      return LeafType(type: .int32, conversion: .copy)
    case (32, false, .int32): return LeafType(type: .int64, conversion: .uint32ToInt64)
    case (64, true, .int64): return LeafType(type: .int64, conversion: .copy)
    case (64, false, .int64):
      return LeafType(type: .decimal(precision: 20, scale: 0), conversion: .uint64ToInt128)
    default: throw .damaged("integer of \(width) bits on physical type \(physical)")
    }
  }

  private static func decimal(
    _ precision: Int, _ scale: Int, _ physical: PhysicalType, _ element: SchemaElement
  ) throws(ParquetError) -> LeafType {
    guard precision >= 1, scale >= 0, scale <= precision else {
      throw .damaged("decimal of precision \(precision) and scale \(scale)")
    }
    guard precision <= DataType.maximumPrecision else {
      throw .unsupported("decimal of \(precision) digits, more than \(DataType.maximumPrecision)")
    }
    let isNarrow = precision <= DataType.maximumPrecisionInInt64
    let conversion: LeafConversion =
      switch physical {
      case .int32: isNarrow ? .int32ToInt64 : .int32ToInt128
      case .int64: isNarrow ? .copy : .int64ToInt128
      case .byteArray, .fixedLengthByteArray: isNarrow ? .bigEndianToInt64 : .bigEndianToInt128
      default: throw .damaged("decimal on physical type \(physical)")
      }
    return LeafType(type: .decimal(precision: precision, scale: scale), conversion: conversion)
  }

  /// The logical type that an older annotation stands for.
  private static func logical(_ element: SchemaElement) -> (ConvertedType) -> LogicalType? {
    { converted in
      switch converted {
      case .utf8: .string
      case .enumeration: .enumeration
      case .decimal: .decimal(scale: element.scale ?? 0, precision: element.precision ?? 0)
      case .date: .date
      case .timeMillis: .time(isAdjustedToUTC: true, unit: .millis)
      case .timeMicros: .time(isAdjustedToUTC: true, unit: .micros)
      case .timestampMillis: .timestamp(isAdjustedToUTC: true, unit: .millis)
      case .timestampMicros: .timestamp(isAdjustedToUTC: true, unit: .micros)
      case .uint8: .integer(bitWidth: 8, isSigned: false)
      case .uint16: .integer(bitWidth: 16, isSigned: false)
      case .uint32: .integer(bitWidth: 32, isSigned: false)
      case .uint64: .integer(bitWidth: 64, isSigned: false)
      case .int8: .integer(bitWidth: 8, isSigned: true)
      case .int16: .integer(bitWidth: 16, isSigned: true)
      case .int32: .integer(bitWidth: 32, isSigned: true)
      case .int64: .integer(bitWidth: 64, isSigned: true)
      case .json: .json
      case .bson: .bson
      case .map, .mapKeyValue, .list, .interval: nil
      }
    }
  }
}
