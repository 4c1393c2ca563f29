import Columnar
import Compression
import Parquet
import TestSupport

/// The Parquet reader: footer, schema, page index, every page of every column.
struct ParquetTarget: FuzzTarget {
  static let name = "parquet"

  let seeds: [[UInt8]]
  private let mutation = ParquetMutation()
  private let decompressor = Decompressor()

  init() throws { seeds = try ParquetTarget.written() }

  func mutated(
    _ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> [UInt8] { mutation.mutated(input, other, &random) }

  func accepts(_ input: [UInt8]) -> Bool {
    var budget = ReadBudget()
    budget.footerBytes = 1 << 18
    budget.pageBytes = 1 << 18
    budget.chunkBytes = 1 << 18
    budget.batchBytes = 1 << 18
    guard let file = try? ParquetFile(file: MemoryInput(input), budget: budget) else {
      return false
    }
    var isWhole = true
    for rowGroup in 0..<min(file.rowGroupCount, 3) {
      for column in file.columnNames.indices.prefix(16) {
        _ = file.bounds(rowGroup: rowGroup, column: column)
        _ = try? file.pageBounds(rowGroup: rowGroup, column: column)
        do throws(ParquetError) {
          let reader = try RowGroupReader(
            file, rowGroup: rowGroup, columns: [column], decompressor: decompressor)
          if reader.rowCount > 40 { try reader.skip(reader.rowCount / 3) }
          var rows = 0
          while rows < 4096, let batch = try reader.next(maxRows: 48) {
            rows += batch.rowCount
            // Values are looked at, so that what lies behind a wrong offset would show.
            for row in [0, batch.rowCount - 1] { _ = batch.columns[0].value(row) }
          }
        } catch { isWhole = false }
      }
    }
    return isWhole
  }

  // MARK: Files of our own writer

  /// Small files of every type and encoding that the writer has, in several pages and row groups.
  static func written() throws -> [[UInt8]] {
    var files: [[UInt8]] = []
    for (number, field) in fields.enumerated() {
      for rows in [3, 90] {
        files.append(try file([field], rows: rows, pageRows: 32, salt: number))
      }
    }
    files.append(try file(Array(fields.prefix(6)), rows: 40, pageRows: 16, salt: 99))
    return files
  }

  private static let fields: [Field] = [
    Field("b", .boolean), Field("i", .int32), Field("l", .int64, isNullable: false),
    Field("f", .float), Field("d", .double), Field("p", .decimal(precision: 9, scale: 2)),
    Field("q", .decimal(precision: 18, scale: 4)), Field("r", .decimal(precision: 38, scale: 10)),
    Field("s", .string), Field("t", .date), Field("u", .timestamp), Field("v", .binary),
    Field("w", .vector(length: 3)),
    Field("x", .list(element: Field("element", .string))),
    Field("y", .structure([Field("m", .int64), Field("n", .string)])),
    Field(
      "z",
      .map(key: Field("key", .string, isNullable: false), value: Field("value", .int32))),
  ]

  private static func file(
    _ fields: [Field], rows: Int, pageRows: Int, salt: Int
  ) throws -> [UInt8] {
    var random = SeededGenerator(seed: UInt64(salt * 1000 + rows))
    let columns = fields.map { field in
      let values = (0..<rows).map { row in
        field.isNullable && random.next() % 5 == 0 ? .null : value(field.type, row, &random)
      }
      return Column.of(field.type, values) ?? .nulls(field.type, count: rows)
    }
    var options = WriterOptions()
    options.rowGroupRows = 64
    options.pageRows = pageRows
    options.minimumGain = salt & 1 == 0 ? 1 : -1
    let output = MemoryOutput()
    let schema = Schema(fields)
    let writer = try ParquetWriter(file: output, schema: schema, options: options)
    try writer.write(Batch(schema: schema, columns: columns, rowCount: rows))
    _ = try writer.finish()
    return output.bytes
  }

  private static func value(
    _ type: DataType, _ row: Int, _ random: inout SeededGenerator
  ) -> Value {
    let number = Int64(random.next() % 200) - 20
    switch type {
    case .boolean: return .boolean(number & 1 == 0)
    case .int32: return .int32(Int32(number))
    case .int64: return .int64(number &* 1_000_003)
    case .float: return .float(Float(number) / 8)
    case .double: return .double(Double(number) / 3)
    case .decimal(_, let scale):
      return .decimal(Decimal128(mantissa: Int128(number), scale: scale))
    case .date: return .date(CalendarDate(days: Int32(20_000 + row / 8)))
    case .timestamp, .timestampNTZ:
      return .timestamp(Timestamp(microseconds: 1_700_000_000_000_000 + number))
    case .string: return .string(row & 3 == 0 ? "desk" : "row \(number % 9)")
    case .binary: return .binary([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 5))
    case .vector(let length):
      return .list((0..<length).map { .double(Double($0) + Double(number)) })
    case .list(let element):
      return .list((0..<Int(random.next() % 4)).map { _ in value(element.type, row, &random) })
    case .structure(let members):
      return .structure(members.map { value($0.type, row, &random) })
    case .map(let key, let item):
      return .map(
        keys: [value(key.type, row, &random)], values: [value(item.type, row, &random)])
    }
  }
}
