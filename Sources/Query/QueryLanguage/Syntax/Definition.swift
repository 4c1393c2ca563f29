package struct CreateSchema: Sendable, Hashable {
  package var name: Identifier
  package var ifNotExists: Bool

  package init(name: Identifier, ifNotExists: Bool = false) {
    self.name = name
    self.ifNotExists = ifNotExists
  }
}

/// `CREATE TABLE` with its contract.
package struct CreateTable: Sendable, Hashable {
  package var name: QualifiedName
  package var ifNotExists: Bool
  /// `CREATE OR REPLACE TABLE`.
  package var orReplace: Bool
  /// Empty when `AS query` gives the columns.
  package var columns: [ColumnDefinition]
  /// Names for the columns of `AS query`, where names alone stand in the parentheses.
  package var columnNames: [Identifier] = []
  package var constraints: [CheckConstraint]
  package var businessDate: BusinessDateClause?
  package var key: KeyClause?
  package var feed: Identifier?
  package var expectations: [Expectation]
  /// Other engines may append.
  package var isOpen: Bool
  package var query: Query?

  package init(
    name: QualifiedName, ifNotExists: Bool = false, orReplace: Bool = false,
    columns: [ColumnDefinition] = [], constraints: [CheckConstraint] = [],
    businessDate: BusinessDateClause? = nil, key: KeyClause? = nil, feed: Identifier? = nil,
    expectations: [Expectation] = [], isOpen: Bool = false, query: Query? = nil
  ) {
    self.name = name
    self.ifNotExists = ifNotExists
    self.orReplace = orReplace
    self.columns = columns
    self.constraints = constraints
    self.businessDate = businessDate
    self.key = key
    self.feed = feed
    self.expectations = expectations
    self.isOpen = isOpen
    self.query = query
  }
}

package struct ColumnDefinition: Sendable, Hashable {
  package var name: Identifier
  package var type: TypeName
  package var isNotNull: Bool
  package var defaultValue: Expression?
  package var range: SourceRange

  package init(
    name: Identifier, type: TypeName, isNotNull: Bool = false, defaultValue: Expression? = nil,
    range: SourceRange = .synthesized
  ) {
    self.name = name
    self.type = type
    self.isNotNull = isNotNull
    self.defaultValue = defaultValue
    self.range = range
  }
}

/// `CONSTRAINT name CHECK (condition)`.
package struct CheckConstraint: Sendable, Hashable {
  package var name: Identifier
  package var condition: Expression

  package init(name: Identifier, condition: Expression) {
    self.name = name
    self.condition = condition
  }
}

/// `BUSINESS DATE column [CALENDAR name]`.
package struct BusinessDateClause: Sendable, Hashable {
  package var column: Identifier
  package var calendar: Identifier?

  package init(column: Identifier, calendar: Identifier? = nil) {
    self.column = column
    self.calendar = calendar
  }
}

/// `KEY (a, b) [LATEST BY version]`.
package struct KeyClause: Sendable, Hashable {
  package var columns: [Identifier]
  package var latestBy: Identifier?

  package init(columns: [Identifier] = [], latestBy: Identifier? = nil) {
    self.columns = columns
    self.latestBy = latestBy
  }
}

/// `EXPECT name CHECK (condition) ON VIOLATION action`.
package struct Expectation: Sendable, Hashable {
  package enum Action: String, Sendable, Hashable, CaseIterable {
    case fail = "FAIL"
    case quarantine = "QUARANTINE"
    case warn = "WARN"
  }
  package var name: Identifier
  package var condition: Expression
  package var onViolation: Action

  package init(name: Identifier, condition: Expression, onViolation: Action) {
    self.name = name
    self.condition = condition
    self.onViolation = onViolation
  }
}

package struct CreateView: Sendable, Hashable {
  package var name: QualifiedName
  package var orReplace: Bool
  package var ifNotExists: Bool
  package var columns: [Identifier]
  package var query: Query

  package init(
    name: QualifiedName, orReplace: Bool = false, ifNotExists: Bool = false,
    columns: [Identifier] = [], query: Query
  ) {
    self.name = name
    self.orReplace = orReplace
    self.ifNotExists = ifNotExists
    self.columns = columns
    self.query = query
  }
}

package struct CreateMaterializedView: Sendable, Hashable {
  package var name: QualifiedName
  package var orReplace: Bool
  package var ifNotExists: Bool
  package var businessDate: BusinessDateClause?
  package var keyedBy: [Identifier]
  package var refresh: RefreshPolicy
  /// `INCREMENTAL STRICT`: a silent full rebuild is refused.
  package var isStrict: Bool
  /// `FRESH WITHIN '30 minutes'`.
  package var freshWithin: TextLiteral?
  /// `READY BY '07:00'`.
  package var readyBy: TextLiteral?
  package var retry: RetryPolicy?
  package var expectations: [Expectation]
  /// `RETAIN '7 years'`.
  package var retain: TextLiteral?
  package var query: Query

  package init(
    name: QualifiedName, orReplace: Bool = false, ifNotExists: Bool = false,
    businessDate: BusinessDateClause? = nil, keyedBy: [Identifier] = [], refresh: RefreshPolicy,
    isStrict: Bool = false, freshWithin: TextLiteral? = nil, readyBy: TextLiteral? = nil,
    retry: RetryPolicy? = nil, expectations: [Expectation] = [], retain: TextLiteral? = nil,
    query: Query
  ) {
    self.name = name
    self.orReplace = orReplace
    self.ifNotExists = ifNotExists
    self.businessDate = businessDate
    self.keyedBy = keyedBy
    self.refresh = refresh
    self.isStrict = isStrict
    self.freshWithin = freshWithin
    self.readyBy = readyBy
    self.retry = retry
    self.expectations = expectations
    self.retain = retain
    self.query = query
  }
}

package enum RefreshPolicy: Sendable, Hashable {
  /// Also when nothing is written.
  case manual
  case onCommit
  case every(TextLiteral)
  case cron(TextLiteral, timeZone: TextLiteral?, calendar: Identifier?)
}

/// `RETRY n [BACKOFF '1 minute'..'10 minutes']`.
package struct RetryPolicy: Sendable, Hashable {
  package var count: Int
  package var shortest: TextLiteral?
  package var longest: TextLiteral?

  package init(count: Int, shortest: TextLiteral? = nil, longest: TextLiteral? = nil) {
    self.count = count
    self.shortest = shortest
    self.longest = longest
  }
}

/// `CREATE HIERARCHY org ON ref.entities (…)`.
package struct CreateHierarchy: Sendable, Hashable {
  package enum Shape: Sendable, Hashable {
    /// `(consolidated > ihc > entity)`, widest first.
    case levels([Identifier])
    /// `(KEY id PARENT parent_id)`.
    case parentChild(key: Identifier, parent: Identifier)
  }
  package var name: Identifier
  package var orReplace: Bool
  package var table: QualifiedName
  package var shape: Shape
  /// `VALID FROM column TO column`, for a dated hierarchy.
  package var validFrom: Identifier?
  package var validTo: Identifier?

  package init(
    name: Identifier, orReplace: Bool = false, table: QualifiedName, shape: Shape,
    validFrom: Identifier? = nil, validTo: Identifier? = nil
  ) {
    self.name = name
    self.orReplace = orReplace
    self.table = table
    self.shape = shape
    self.validFrom = validFrom
    self.validTo = validTo
  }
}

/// `CREATE MEASURE name [ON table] AS expression [UNIT 'u'] [FORMAT 'f'] [additivity]`.
package struct CreateMeasure: Sendable, Hashable {
  package enum Additivity: Sendable, Hashable {
    /// `ADDITIVE`: the sum over groups is the number of the groups together.
    case additive
    /// `NON ADDITIVE`
    case nonAdditive
    /// `SEMI ADDITIVE OVER column`: adds up, but not over that column.
    case semiAdditive(over: Identifier)
  }
  package var name: Identifier
  package var orReplace: Bool
  package var table: QualifiedName?
  package var expression: Expression
  package var unit: TextLiteral?
  package var format: TextLiteral?
  /// Nil: found from the expression.
  package var additivity: Additivity?

  package init(
    name: Identifier, orReplace: Bool = false, table: QualifiedName? = nil, expression: Expression,
    unit: TextLiteral? = nil, format: TextLiteral? = nil, additivity: Additivity? = nil
  ) {
    self.name = name
    self.orReplace = orReplace
    self.table = table
    self.expression = expression
    self.unit = unit
    self.format = format
    self.additivity = additivity
  }
}

/// A key of a table's configuration and its value.
package struct TableProperty: Sendable, Hashable {
  package var key: String
  package var value: String

  package init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

/// `ALTER TABLE name action`.
package struct AlterTable: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    case addColumn(ColumnDefinition, ifNotExists: Bool)
    case dropColumn(Identifier, ifExists: Bool)
    case renameColumn(Identifier, to: Identifier)
    case renameTable(Identifier)
    case alterType(Identifier, TypeName)
    case setNotNull(Identifier)
    case dropNotNull(Identifier)
    case setDefault(Identifier, Expression)
    case dropDefault(Identifier)
    case addConstraint(CheckConstraint)
    case dropConstraint(Identifier, ifExists: Bool)
    case addExpectation(Expectation)
    case dropExpectation(Identifier, ifExists: Bool)
    /// `SET TBLPROPERTIES ('key' = 'value', …)`.
    case setProperties([TableProperty])
    /// `UNSET TBLPROPERTIES ('key', …)`.
    case unsetProperties([String], ifExists: Bool)
  }
  package var table: QualifiedName
  package var ifExists: Bool
  package var action: Action

  package init(table: QualifiedName, ifExists: Bool = false, action: Action) {
    self.table = table
    self.ifExists = ifExists
    self.action = action
  }
}

package struct Drop: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case table = "TABLE"
    case view = "VIEW"
    case materializedView = "MATERIALIZED VIEW"
    case schema = "SCHEMA"
    case hierarchy = "HIERARCHY"
    case measure = "MEASURE"
  }
  package var kind: Kind
  package var name: QualifiedName
  package var ifExists: Bool

  package init(kind: Kind, name: QualifiedName, ifExists: Bool = false) {
    self.kind = kind
    self.name = name
    self.ifExists = ifExists
  }
}
