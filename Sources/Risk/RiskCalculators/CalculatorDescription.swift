package import Columnar
package import QueryEngine

/// A calculator that says which columns it reads and gives, for `DESCRIBE CALCULATOR`.
protocol DescribedCalculator: TableFunction {
  /// What each table argument must have, by parameter.
  var inputs: [(parameter: String, columns: [ColumnRequirement])] { get }
  /// What each kind of output has, by a name such as `output => 'results'`.
  var outputs: [(name: String, columns: [OutputColumn])] { get }
}

/// A column of a result.
struct OutputColumn: Sendable {
  var field: Field
  var meaning: String

  init(_ name: String, _ type: DataType, _ meaning: String) {
    field = Field(name, type)
    self.meaning = meaning
  }
}

/// What `DESCRIBE CALCULATOR name` answers.
package enum CalculatorDescription {
  package static let schema = Schema([
    Field("kind", .string), Field("name", .string), Field("type", .string),
    Field("default", .string), Field("meaning", .string),
  ])

  /// One row for the calculator itself, then one for each parameter, each column that it reads and
  /// each column that it gives.
  package static func table(for calculator: any TableFunction) -> Batch {
    var rows: [[String?]] = [
      [
        "calculator", calculator.name, "method version \(calculator.methodVersion)", nil,
        calculator.documentation,
      ]
    ]
    for parameter in calculator.parameters {
      switch parameter.kind {
      case .table(let name):
        rows.append(["parameter", parameter.name, "table", name, parameter.documentation])
      case .scalar(let type, let value):
        rows.append([
          "parameter", parameter.name, type.sqlName, value.flatMap(text), parameter.documentation,
        ])
      }
    }
    rows.append(["window", "business dates", text(calculator.window), nil, windowMeaning])
    if let described = calculator as? any DescribedCalculator {
      for (parameter, columns) in described.inputs {
        for column in columns {
          rows.append([
            "input column", "\(parameter).\(column.name)", column.kind.name, nil, column.meaning,
          ])
        }
      }
      for (name, columns) in described.outputs {
        for column in columns {
          rows.append([
            "output column", "\(name).\(column.field.name)", column.field.type.sqlName, nil,
            column.meaning,
          ])
        }
      }
    }
    return batch(rows)
  }

  private static let windowMeaning =
    "which business dates of the inputs the result of one business date depends on"

  private static func text(_ window: BusinessDateWindow) -> String {
    switch window {
    case .same: "same"
    case .businessDays(let count): "\(count) business days"
    case .all: "all"
    }
  }

  private static func text(_ value: Value) -> String? {
    switch value {
    case .string(let text): "'\(text)'"
    case .boolean(let flag): flag ? "true" : "false"
    case .int32(let number): "\(number)"
    case .int64(let number): "\(number)"
    case .double(let number): "\(number)"
    case .decimal(let number): "\(number)"
    default: nil
    }
  }

  private static func batch(_ rows: [[String?]]) -> Batch {
    let columns = schema.fields.indices.map { index in
      var builder = ColumnBuilder(.string)
      for row in rows { builder.append(row[index].map { .string($0) } ?? .null) }
      return builder.finish()
    }
    return Batch(schema: schema, columns: columns, rowCount: rows.count)
  }
}
