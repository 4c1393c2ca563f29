import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// What a table's declaration demands of its rows, ready to be asked batch by batch.
struct TableContract: Sendable {
  /// A condition that rows must fulfil; NULL passes, as CHECK has it.
  struct Check: Sendable {
    enum Action: Sendable, Hashable {
      /// A broken constraint or `ON VIOLATION FAIL`: the statement or file fails.
      case fail
      case quarantine
      case warn
    }
    var name: String
    var text: String
    var action: Action
    var condition: BoundExpression
  }

  let name: String
  let schema: Schema
  let checks: [Check]
  /// By column position: the value of a column that is not given.
  let defaults: [Int: BoundExpression]
  /// The same as written.
  let writtenDefaults: [Int: Expression]
  /// Positions of the KEY columns; empty without a KEY.
  let key: [Int]
  /// Position of the LATEST BY column.
  let latestBy: Int?

  /// - Throws: when the stored declaration does not fit the schema; it did when it was made.
  init(
    _ definition: TableDefinition, schema: Schema, resolver: any TableResolver
  ) throws(QueryError) {
    name = definition.qualifiedName
    self.schema = schema
    key = definition.key.compactMap { schema.index(of: $0) }
    latestBy = definition.latestBy.flatMap { schema.index(of: $0) }
    guard case .createTable(let table)? = (try? SyntaxParser.statement(in: definition.sql))?.kind
    else {
      checks = []
      defaults = [:]
      writtenDefaults = [:]
      return
    }
    checks = try TableContract.checks(of: table, schema: schema, resolver)
    defaults = try TableContract.defaults(of: table, schema: schema, resolver)
    writtenDefaults = Dictionary(
      uniqueKeysWithValues: table.columns.enumerated().compactMap { position, column in
        column.defaultValue.map { (position, $0) }
      })
  }

  /// The position of a column that a statement names.
  func position(of column: Identifier) throws(QueryError) -> Int {
    if let position = schema.fields.firstIndex(where: { column.matches($0.name) }) {
      return position
    }
    throw QueryError(
      .name, "\(name) has no column \"\(column.text)\"",
      help: Suggestion.nearest(to: column.text, among: schema.names).map {
        "did you mean \"\($0)\"?"
      } ?? "it has \(schema.names.joined(separator: ", "))", at: column.range)
  }

  private static func checks(
    of table: CreateTable, schema: Schema, _ resolver: any TableResolver
  ) throws(QueryError) -> [Check] {
    var checks: [Check] = []
    for constraint in table.constraints {
      checks.append(
        try check(constraint.name, constraint.condition, .fail, schema, resolver))
    }
    for expectation in table.expectations {
      let action: Check.Action =
        switch expectation.onViolation {
        case .fail: .fail
        case .quarantine: .quarantine
        case .warn: .warn
        }
      checks.append(
        try check(expectation.name, expectation.condition, action, schema, resolver))
    }
    return checks
  }

  private static func check(
    _ name: Identifier, _ condition: Expression, _ action: Check.Action, _ schema: Schema,
    _ resolver: any TableResolver
  ) throws(QueryError) -> Check {
    let bound = try Binder.bind(condition, over: schema, resolver: resolver)
    guard bound.type == .boolean else {
      throw QueryError(
        .type, "the CHECK of \(name.text) is \(bound.type.sqlName), not a condition",
        at: condition.range)
    }
    return Check(
      name: name.text, text: SyntaxPrinter.text(of: condition), action: action, condition: bound)
  }

  private static func defaults(
    of table: CreateTable, schema: Schema, _ resolver: any TableResolver
  ) throws(QueryError) -> [Int: BoundExpression] {
    var defaults: [Int: BoundExpression] = [:]
    for (position, column) in table.columns.enumerated() {
      guard let written = column.defaultValue else { continue }
      let bound = try Binder.bind(written, over: Schema([]), resolver: resolver)
      let type = schema[position].type
      if let value = bound.constant {
        guard let converted = Coercion.constant(value, to: type) else {
          throw QueryError(
            .type, "the DEFAULT of \"\(column.name.text)\" is no \(type.sqlName)",
            at: written.range)
        }
        defaults[position] = .constant(converted, type)
      } else {
        defaults[position] = bound.type == type ? bound : .cast(bound, type, isTry: false)
      }
    }
    return defaults
  }
}
