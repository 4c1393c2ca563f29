import Columnar
import QueryEngine

/// The answer of `WHY`, line by line: children stand below their parent, one level deeper.
struct WhyTree {
  static let columns: [(name: String, type: DataType)] = [
    ("level", .int64), ("what", .string), ("name", .string), ("version", .int64),
    ("run", .int64), ("rows", .int64), ("detail", .string),
  ]

  private(set) var rows = RowBuilder(WhyTree.columns)

  mutating func add(
    _ level: Int, _ what: String, _ name: String, version: Int64? = nil, run: Int64? = nil,
    rows count: Int64? = nil, _ detail: String? = nil
  ) {
    rows.append([
      .int64(Int64(level)), .string(what), .string(name), version.map { .int64($0) } ?? .null,
      run.map { .int64($0) } ?? .null, count.map { .int64($0) } ?? .null, .text(detail),
    ])
  }

  /// `a = 1, b = 'x'`.
  static func text(_ row: [Value], _ names: [String]) -> String {
    zip(names, row).map { "\($0) = \(ValueText.sql($1))" }.joined(separator: ", ")
  }
}
