import Columnar
import FileStorage
import Ingest
import TestSupport

/// A text, read under a contract from a disk in memory.
struct Reading {
  static let path = "/in/file"

  let result: IngestResult

  init(
    _ text: String, _ contract: Contract, options: ReadOptions = ReadOptions()
  ) throws {
    try self.init(bytes: Array(text.utf8), contract, options: options)
  }

  init(bytes: [UInt8], _ contract: Contract, options: ReadOptions = ReadOptions()) throws {
    let store = MemoryFileStore()
    try store.plant(bytes, at: Reading.path)
    result = try IngestJob(contract, options: options).result(Reading.path, in: store)
  }

  /// All accepted rows.
  var rows: [[Value]] { result.batches.flatMap { batch in (0..<batch.rowCount).map(batch.row) } }

  var lines: [Int64] { result.lines.flatMap { $0 } }

  /// `line rule column`, as short as it can be compared.
  var rejects: [String] {
    result.rejected.map { "\($0.line) \($0.rule)" + ($0.column.map { " \($0)" } ?? "") }
  }
}

/// A contract of nullable columns, written `name type, name type!`; `!` is NOT NULL.
func contract(_ text: String, checks: [RowCheck] = []) -> Contract {
  let columns = text.split(separator: ",").map { part in
    let words = part.split(separator: " ").map(String.init)
    let isRequired = words[1].hasSuffix("!")
    return Contract.Column(
      Field(
        words[0], type(isRequired ? String(words[1].dropLast()) : words[1]),
        isNullable: !isRequired))
  }
  return Contract(columns: columns, checks: checks)
}

func type(_ name: String) -> DataType {
  switch name {
  case "int": .int32
  case "bigint": .int64
  case "double": .double
  case "float": .float
  case "date": .date
  case "timestamp": .timestamp
  case "boolean": .boolean
  case "money": .decimal(precision: 18, scale: 2)
  case "large": .decimal(precision: 38, scale: 4)
  case "doubles": .list(element: Field("element", .double))
  case "pair": .vector(length: 2)
  default: .string
  }
}

/// The text of a value, NULL as `-`.
func shown(_ value: Value) -> String {
  switch value {
  case .null: "-"
  case .boolean(let bit): "\(bit)"
  case .int32(let number): "\(number)"
  case .int64(let number): "\(number)"
  case .float(let number): "\(number)"
  case .double(let number): "\(number)"
  case .decimal(let number): "\(number)"
  case .string(let text): text
  case .date(let date): "\(date)"
  case .timestamp(let time): "\(time)"
  case .list(let values): "[" + values.map(shown).joined(separator: " ") + "]"
  default: "?"
  }
}
