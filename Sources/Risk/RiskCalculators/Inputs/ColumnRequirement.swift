import Columnar
import QueryEngine
import QueryLanguage

/// A column that a calculator needs in a table argument.
struct ColumnRequirement: Sendable {
  enum Kind: Sendable {
    case text
    case date
    case boolean
    /// A decimal of any precision with at most 18 decimals, or an integer.
    case amount
    /// Any number; what is computed from it is a double.
    case number
    case integer

    var name: String {
      switch self {
      case .text: "string"
      case .date: "date"
      case .boolean: "boolean"
      case .amount: "decimal"
      case .number: "double"
      case .integer: "int"
      }
    }

    func accepts(_ type: DataType) -> Bool {
      switch (self, type) {
      case (.text, .string), (.date, .date), (.boolean, .boolean), (.amount, .int32),
        (.amount, .int64), (.integer, .int32), (.integer, .int64), (.number, .int32),
        (.number, .int64), (.number, .float), (.number, .double), (.number, .decimal):
        true
      case (.amount, .decimal(_, let scale)): scale <= 18
      default: false
      }
    }
  }

  var name: String
  var kind: Kind
  var meaning: String
  /// A table may do without it: each row is then as if it were NULL.
  var isOptional: Bool

  init(_ name: String, _ kind: Kind, _ meaning: String, isOptional: Bool = false) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
    self.isOptional = isOptional
  }
}

extension [ColumnRequirement] {
  /// The position of each column, in the order of the requirements; optional ones that the table
  /// does not have are left out.
  ///
  /// - Throws: `.name` for a missing column, `.type` for one of another type.
  func bind(
    to schema: Schema, of parameter: String, calculator: String
  ) throws(QueryError) -> [Int] {
    var positions: [Int] = []
    for column in self {
      guard let position = schema.index(of: column.name) else {
        if column.isOptional { continue }
        throw QueryError(
          .name,
          "\(calculator): the table for \(parameter) has no column \"\(column.name)\"",
          help: hint(for: column, in: schema))
      }
      let type = schema[position].type
      guard column.kind.accepts(type) else {
        throw QueryError(
          .type,
          "\(calculator): \"\(column.name)\" of \(parameter) is \(type.sqlName), expected "
            + column.kind.name,
          help: help(type, for: column))
      }
      positions.append(position)
    }
    return positions
  }

  private func hint(for column: ColumnRequirement, in schema: Schema) -> String {
    let taken = Set(map(\.name))
    let free = schema.names.filter { !taken.contains($0.lowercased()) }
    if let near = Suggestion.nearest(to: column.name, among: free) {
      return "did you mean \"\(near)\"? Name it with \(near) AS \(column.name)"
    }
    return "it is \(column.meaning); the table has \(schema.names.joined(separator: ", "))"
  }

  private func help(_ type: DataType, for column: ColumnRequirement) -> String {
    switch (column.kind, type) {
    case (.amount, .decimal): "cast it to a decimal with at most 18 decimals"
    case (.amount, .double), (.amount, .float):
      "money is exact here: CAST(\(column.name) AS DECIMAL(18,2))"
    default: "CAST(\(column.name) AS \(column.kind.name.uppercased()))"
    }
  }
}
