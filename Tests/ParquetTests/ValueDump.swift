import Columnar
import Parquet

/// Values as text without any loss: floating-point numbers by their bits, strings by their bytes.
enum ValueDump {
  static func text(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .boolean(let bit): bit ? "true" : "false"
    case .int32(let number): "\(number)"
    case .int64(let number): "\(number)"
    case .float(let number): "f" + String(number.bitPattern, radix: 16)
    case .double(let number): "d" + String(number.bitPattern, radix: 16)
    case .decimal(let number): "m\(number.mantissa)e\(number.scale)"
    case .string(let text): "s" + hex(Array(text.utf8))
    case .binary(let bytes): "b" + hex(bytes)
    case .date(let date): "D\(date.days)"
    case .timestamp(let time): "T\(time.microseconds)"
    case .timestampNTZ(let time): "N\(time.microseconds)"
    case .list(let values): "[" + values.map(text).joined(separator: ",") + "]"
    case .structure(let values): "{" + values.map(text).joined(separator: ",") + "}"
    case .map(let keys, let values):
      "<" + zip(keys, values).map { text($0) + "=" + text($1) }.joined(separator: ",") + ">"
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// A line a row, after a line of names.
  static func lines(
    of bytes: [UInt8], path: String, batchRows: Int = RowGroupReader.defaultBatchRows
  ) throws(ParquetError) -> [String] {
    let file = try ParquetFile(file: BytesFile(bytes, path: path))
    var lines = [try file.schema().names.joined(separator: "|")]
    for rowGroup in 0..<file.rowGroupCount {
      let reader = try RowGroupReader(file, rowGroup: rowGroup)
      while let batch = try reader.next(maxRows: batchRows) {
        for row in 0..<batch.rowCount {
          lines.append(batch.row(row).map(text).joined(separator: "|"))
        }
      }
    }
    return lines
  }

  /// FNV-1a over the lines, each with its end.
  static func hash(_ lines: [String]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for line in lines {
      for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 10) &* 0x100_0000_01b3
    }
    return hash
  }
}
