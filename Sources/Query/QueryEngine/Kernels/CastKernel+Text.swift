import Columnar
import Glibc

extension Caster {
  func toText() throws(QueryError) -> Column {
    if case .string(let strings) = column.storage {
      return Column(target, .string(strings), validity: column.validity)
    }
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    offsets.reserveCapacity(column.count + 1)
    for row in 0..<column.count {
      if !column.isNull(row) { bytes.append(contentsOf: display(column.value(row)).utf8) }
      guard let end = Int32(exactly: bytes.count) else {
        throw QueryError.textOverflow(bytes.count)
      }
      offsets.append(end)
    }
    return Column(
      target,
      .string(StringColumn(values: StringValues(offsets: offsets, bytes: bytes), codes: nil)),
      validity: column.validity)
  }

  func toBinary() throws(QueryError) -> Column {
    guard case .string(let strings) = column.storage else { throw undefined }
    return Column(target, .string(strings), validity: column.validity)
  }

  func toDate() throws(QueryError) -> Column {
    switch (column.type, column.storage) {
    case (.timestamp, .int64(let values)), (.timestampNTZ, .int64(let values)):
      return Column(
        target, .int32(mapValues(values) { Timestamp(microseconds: $0).split.date.days }),
        validity: column.validity)
    case (.string, .string(let strings)):
      let (values, validity) = try convertRows(blank: Int32(0)) { row in
        let text = trimmed(strings.bytes(row))
        return CalendarDate(text: text)?.days
          ?? TimestampText(text: Array(text)).map {
            Timestamp(microseconds: $0.microseconds).split.date.days
          }
      }
      return Column(target, .int32(values), validity: validity)
    default: throw undefined
    }
  }

  func toTimestamp() throws(QueryError) -> Column {
    switch (column.type, column.storage) {
    case (.date, .int32(let values)):
      return Column(
        target, .int64(mapValues(values) { Int64($0) &* Timestamp.microsecondsPerDay }),
        validity: column.validity)
    case (.timestamp, .int64(let values)), (.timestampNTZ, .int64(let values)):
      return Column(target, .int64(values), validity: column.validity)
    case (.string, .string(let strings)):
      let (values, validity) = try convertRows(blank: Int64(0)) { row in
        TimestampText(text: Array(trimmed(strings.bytes(row))))?.microseconds
      }
      return Column(target, .int64(values), validity: validity)
    default: throw undefined
    }
  }

  func toList() throws(QueryError) -> Column {
    guard case .list(let offsets, let child) = column.storage else { throw undefined }
    switch target {
    case .list(let element):
      let cast = try cast(child, to: element.type, isTry: isTry)
      return Column(target, .list(offsets: offsets, child: cast), validity: column.validity)
    case .vector(let length):
      let cast = try cast(child, to: .double, isTry: isTry)
      let validity = try settle { row in
        let rows = Int(offsets[row])..<Int(offsets[row + 1])
        return rows.count != length || (cast.validity != nil && rows.contains { cast.isNull($0) })
      }
      return Column(
        target, .list(offsets: offsets, child: cast.withValidity(nil)), validity: validity)
    default: throw undefined
    }
  }
}

// MARK: Text of values

/// A value as CAST to text and messages show it.
func display(_ value: Value) -> String {
  switch value {
  case .null: "NULL"
  case .boolean(let bit): bit ? "true" : "false"
  case .int32(let number): String(number)
  case .int64(let number): String(number)
  case .float(let number): floatText(number.description, Double(number))
  case .double(let number): floatText(number.description, number)
  case .decimal(let number): number.description
  case .string(let text): text
  case .binary(let bytes): "\\x" + bytes.map { hexByte($0) }.joined()
  case .date(let date): date.description
  case .timestamp(let time): time.text(separator: " ") + "+00"
  case .timestampNTZ(let time): time.text(separator: " ")
  case .list(let values): "[" + values.map(display).joined(separator: ", ") + "]"
  case .structure(let values): "{" + values.map(display).joined(separator: ", ") + "}"
  case .map(let keys, let values):
    "{" + zip(keys, values).map { display($0) + ": " + display($1) }.joined(separator: ", ") + "}"
  }
}

private func floatText(_ shortest: String, _ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
  return shortest
}

private func hexByte(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

// MARK: Values of text

func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var rest = bytes
  while let first = rest.first, isBlank(first) { rest.removeFirst() }
  while let last = rest.last, isBlank(last) { rest.removeLast() }
  return rest
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

func parseBoolean(_ bytes: ArraySlice<UInt8>) -> Bool? {
  switch String(decoding: trimmed(bytes), as: UTF8.self).lowercased() {
  case "true", "t", "yes", "y", "on", "1": true
  case "false", "f", "no", "n", "off", "0": false
  default: nil
  }
}

func parseInteger<R: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> R? {
  let text = trimmed(bytes)
  guard let first = text.first else { return nil }
  let isNegative = first == UInt8(ascii: "-")
  let digits = isNegative || first == UInt8(ascii: "+") ? text.dropFirst() : text
  guard !digits.isEmpty else { return nil }
  var value: R = 0
  for byte in digits {
    guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
      // `12.00` and `1e3` are integers too.
      return Decimal128(text: text).flatMap { decimal in
        guard let whole = decimal.rescaled(to: 0), Decimal128.compare(whole, decimal) == 0 else {
          return nil
        }
        return R(exactly: whole.mantissa)
      }
    }
    let digit = R(byte - UInt8(ascii: "0"))
    let (product, over) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) =
      isNegative
      ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
    if over || carry { return nil }
    value = sum
  }
  return value
}

func parseDouble(_ bytes: ArraySlice<UInt8>) -> Double? {
  let text = String(decoding: trimmed(bytes), as: UTF8.self)
  switch text.lowercased() {
  case "nan": return .nan
  case "inf", "infinity", "+inf", "+infinity": return .infinity
  case "-inf", "-infinity": return -.infinity
  default:
    // Swift also reads hexadecimal floats, which SQL does not have.
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }) else {
      return nil
    }
    return Double(text)
  }
}

/// The decimal that the shortest round-trip text of a finite double shows; digits far below `scale`
/// may be dropped without an effect on rounding there.
func shortestDecimal(_ value: Double, atMost scale: Int) -> Decimal128? {
  var digits: [UInt8] = []
  var exponent = 0
  var pointAt: Int?
  var isNegative = false
  var iterator = value.description.utf8.makeIterator()
  while let byte = iterator.next() {
    switch byte {
    case UInt8(ascii: "-"): isNegative = true
    case UInt8(ascii: "."): pointAt = digits.count
    case UInt8(ascii: "e"):
      var text = ""
      while let next = iterator.next() { text.unicodeScalars.append(Unicode.Scalar(next)) }
      exponent = Int(text) ?? 0
    default: digits.append(byte - UInt8(ascii: "0"))
    }
  }
  var mantissa: Int128 = 0
  for digit in digits { mantissa = mantissa * 10 + Int128(digit) }
  let decimals = digits.count - (pointAt ?? digits.count) - exponent
  let signed = isNegative ? -mantissa : mantissa
  if decimals >= 0 {
    return decimals > scale + 38
      ? Decimal128(mantissa: 0, scale: scale) : Decimal128(mantissa: signed, scale: decimals)
  }
  guard -decimals <= 38 else { return nil }
  let (product, overflow) = signed.multipliedReportingOverflow(
    by: Decimal128.powersOfTen[-decimals])
  return overflow ? nil : Decimal128(mantissa: product, scale: 0)
}
