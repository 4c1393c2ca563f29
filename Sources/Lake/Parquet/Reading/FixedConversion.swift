import Columnar

/// Turns stored values of a fixed width into values of memory, many at a time.
struct FixedConversion: Sendable {
  let conversion: LeafConversion
  /// Bytes of a stored value.
  let storedWidth: Int
  let scale: Int

  /// Bytes of a value in memory.
  let width: Int

  init(_ leaf: LeafType, element: SchemaElement) {
    conversion = leaf.conversion
    storedWidth =
      switch element.type {
      case .int32, .float: 4
      case .int64, .double: 8
      case .int96: 12
      case .fixedLengthByteArray: Int(element.typeLength ?? 0)
      default: 0
      }
    width = FixedConversion.width(leaf.type)
    if case .decimal(_, let scale) = leaf.type { self.scale = scale } else { scale = 0 }
  }

  static func width(_ type: DataType) -> Int {
    switch type {
    case .int32, .date, .float: 4
    case .decimal(let precision, _): precision <= DataType.maximumPrecisionInInt64 ? 8 : 16
    default: 8
    }
  }

  /// - Precondition: `source` holds `count` stored values, `output` has room for as many.
  func run(
    _ source: UnsafeRawPointer, count: Int, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    switch conversion {
    case .copy: unsafe output.copyMemory(from: source, byteCount: count * storedWidth)
    case .int32ToInt64:
      unsafe each(source, Int32.self, count, output) { Int64($0) }
    case .int32ToInt128:
      unsafe each(source, Int32.self, count, output) { Int128($0) }
    case .int64ToInt128:
      unsafe each(source, Int64.self, count, output) { Int128($0) }
    case .uint32ToInt64:
      unsafe each(source, UInt32.self, count, output) { Int64($0) }
    case .uint64ToInt128:
      unsafe each(source, UInt64.self, count, output) { Int128($0) }
    case .float16ToFloat:
      unsafe each(source, UInt16.self, count, output) { FixedConversion.float(half: $0) }
    case .millisToMicros:
      for index in 0..<count {
        let millis = unsafe source.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
        let (micros, overflow) = millis.multipliedReportingOverflow(by: 1000)
        if overflow { throw outOfRange("\(millis) ms") }
        unsafe output.storeBytes(of: micros, toByteOffset: index * 8, as: Int64.self)
      }
    case .nanosToMicros:
      for index in 0..<count {
        let nanos = unsafe source.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
        guard nanos % 1000 == 0 else { throw tooFine("\(nanos) ns") }
        unsafe output.storeBytes(of: nanos / 1000, toByteOffset: index * 8, as: Int64.self)
      }
    case .int96ToMicros:
      for index in 0..<count {
        let nanos = unsafe source.loadUnaligned(fromByteOffset: index * 12, as: Int64.self)
        let day = unsafe source.loadUnaligned(fromByteOffset: index * 12 + 8, as: Int32.self)
        let micros = try instant(nanos: nanos, julianDay: day)
        unsafe output.storeBytes(of: micros, toByteOffset: index * 8, as: Int64.self)
      }
    case .bigEndianToInt64, .bigEndianToInt128:
      for index in 0..<count {
        unsafe try bigEndian(
          UnsafeRawBufferPointer(start: source + index * storedWidth, count: storedWidth),
          into: output + index * width)
      }
    case .boolean, .bytes: throw .unsupported("conversion of \(conversion)")
    }
  }

  /// Stores one two's-complement number of any length.
  func bigEndian(
    _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer
  ) throws(ParquetError) {
    var start = 0
    if bytes.count > 16 {
      // Bytes beyond sixteen may only repeat the sign.
      start = bytes.count - 16
      let sign: UInt8 = unsafe bytes[start] >= 128 ? 255 : 0
      for index in 0..<start where unsafe bytes[index] != sign { throw tooWide(bytes.count) }
    }
    var value: Int128 = unsafe bytes.isEmpty || bytes[start] < 128 ? 0 : -1
    for index in start..<bytes.count { value = unsafe value << 8 | Int128(bytes[index]) }
    if conversion == .bigEndianToInt64 {
      guard let narrow = Int64(exactly: value) else { throw tooWide(bytes.count) }
      unsafe output.storeBytes(of: narrow, as: Int64.self)
    } else {
      unsafe output.storeBytes(of: value, as: Int128.self)
    }
  }

  @inline(__always)
  private func each<Stored: BitwiseCopyable, Value: BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ stored: Stored.Type, _ count: Int,
    _ output: UnsafeMutableRawPointer, _ transform: (Stored) -> Value
  ) {
    for index in 0..<count {
      let value = unsafe source.loadUnaligned(
        fromByteOffset: index * MemoryLayout<Stored>.stride, as: Stored.self)
      unsafe output.storeBytes(
        of: transform(value), toByteOffset: index * MemoryLayout<Value>.stride, as: Value.self)
    }
  }

  private func instant(nanos: Int64, julianDay: Int32) throws(ParquetError) -> Int64 {
    guard nanos % 1000 == 0 else { throw tooFine("\(nanos) ns of an INT96 timestamp") }
    // Julian day 2 440 588 begins at noon before 1970-01-01; INT96 counts it from midnight.
    let days = Int64(julianDay) - 2_440_588
    let (midnight, isTooFar) = days.multipliedReportingOverflow(by: Timestamp.microsecondsPerDay)
    let (micros, isOver) = midnight.addingReportingOverflow(nanos / 1000)
    if isTooFar || isOver { throw outOfRange("day \(julianDay) of an INT96 timestamp") }
    return micros
  }

  /// IEEE 754 binary16, exactly.
  static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 31)
    let fraction = UInt32(bits & 0x3FF)
    if exponent == 31 { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
    if exponent == 0 {
      // Subnormal: the fraction counts 2^-24.
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    }
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }

  private func tooFine(_ value: String) -> ParquetError {
    ParquetError(
      .notRepresentable, "timestamp of \(value): nanoseconds below a microsecond cannot be kept")
  }

  private func outOfRange(_ value: String) -> ParquetError {
    ParquetError(.notRepresentable, "timestamp of \(value) is out of range in microseconds")
  }

  private func tooWide(_ count: Int) -> ParquetError {
    ParquetError(
      .notRepresentable, "decimal of \(count) bytes is too large for its declared precision")
  }
}
