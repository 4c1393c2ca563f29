package import Columnar

/// What a table asks of a file that is loaded into it.
package struct Contract: Sendable {
  package struct Column: Sendable {
    /// `isNullable` false is NOT NULL.
    package var field: Field
    /// The value of records that do not have the column at all, for so many rows; nil: NULL.
    ///
    /// A value that is there and empty is NULL and takes no default, as in SQL.
    package var defaultValue: (@Sendable (_ rowCount: Int) throws -> Columnar.Column)?

    package init(
      _ field: Field,
      defaultValue: (@Sendable (_ rowCount: Int) throws -> Columnar.Column)? = nil
    ) {
      self.field = field
      self.defaultValue = defaultValue
    }
  }

  package var columns: [Column]
  /// In the order in which they are made; the first one that a record breaks names its rejection.
  package var checks: [RowCheck]
  /// Names of the columns that are also wanted as text as received (bronze); nil for none.
  ///
  /// A record is in there when it could be split into fields, rejected or not.
  package var receivedColumns: [String]?

  package init(
    columns: [Column], checks: [RowCheck] = [], receivedColumns: [String]? = nil
  ) {
    self.columns = columns
    self.checks = checks
    self.receivedColumns = receivedColumns
  }

  /// Columns of a schema, without defaults and checks.
  package init(_ schema: Schema) { self.init(columns: schema.fields.map { Column($0) }) }

  package var schema: Schema { Schema(columns.map(\.field)) }
}

/// A CONSTRAINT or EXPECT of a table, compiled to run on batches.
package struct RowCheck: Sendable {
  package enum Action: Sendable, Hashable {
    /// A violation refuses the whole file.
    case fail
    /// The record is rejected.
    case quarantine
    /// The record is kept, and counted.
    case warn
  }

  package var name: String
  package var action: Action
  /// One boolean a row, on batches of the contract's schema; a row for which it is NULL passes, as
  /// SQL has it for CHECK.
  ///
  /// When it throws, the rows are asked one by one, and a row for which it throws breaks the check.
  package var evaluate: @Sendable (Batch) throws -> Columnar.Column

  package init(
    name: String, action: Action,
    evaluate: @escaping @Sendable (Batch) throws -> Columnar.Column
  ) {
    self.name = name
    self.action = action
    self.evaluate = evaluate
  }
}
