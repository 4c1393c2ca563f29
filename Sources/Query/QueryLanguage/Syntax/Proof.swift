/// `HISTORY OF m [FROM t] [WHERE c] [AS OF d]`.
package struct HistoryOf: Sendable, Hashable {
  /// A column of one row, or an expression with aggregates.
  package var measure: Expression
  /// Nil: the one table or view that has the measure's columns.
  package var table: QualifiedName?
  package var filter: Expression?
  package var businessDate: BusinessDatePoint?

  package init(
    measure: Expression, table: QualifiedName? = nil, filter: Expression? = nil,
    businessDate: BusinessDatePoint? = nil
  ) {
    self.measure = measure
    self.table = table
    self.filter = filter
    self.businessDate = businessDate
  }
}

/// `WHY [LIMIT n] query`.
package struct Why: Sendable, Hashable {
  package var query: Query
  /// How many rows, files and runs of each table are named; nil takes a few.
  package var limit: Int?

  package init(query: Query, limit: Int? = nil) {
    self.query = query
    self.limit = limit
  }
}

/// One end of a move: a business date, a point of knowledge, or both.
package struct MovePoint: Sendable, Hashable {
  package var businessDate: BusinessDatePoint?
  package var knowledge: KnowledgePoint?
  package var range: SourceRange

  package init(
    businessDate: BusinessDatePoint? = nil, knowledge: KnowledgePoint? = nil,
    range: SourceRange = .synthesized
  ) {
    self.businessDate = businessDate
    self.knowledge = knowledge
    self.range = range
  }
}

/// `EXPLAIN MOVE m [OF v] FROM a TO b [BY dims] [WHERE c]
/// [POSITIONS t, …] [MARKET t, …] [PARAMETERS t, …]`.
package struct ExplainMove: Sendable, Hashable {
  package enum Role: String, Sendable, Hashable, CaseIterable {
    case positions = "POSITIONS"
    case market = "MARKET"
    case parameters = "PARAMETERS"
  }

  /// The tables that a role was declared for.
  package struct Declared: Sendable, Hashable {
    package var role: Role
    package var tables: [QualifiedName]

    package init(role: Role, tables: [QualifiedName]) {
      self.role = role
      self.tables = tables
    }
  }

  package var measure: Expression
  /// Nil: the one materialized view that has the measure's columns.
  package var view: QualifiedName?
  package var from: MovePoint
  package var to: MovePoint
  package var dimensions: [Identifier]
  package var filter: Expression?
  package var roles: [Declared]

  package init(
    measure: Expression, view: QualifiedName? = nil, from: MovePoint, to: MovePoint,
    dimensions: [Identifier] = [], filter: Expression? = nil, roles: [Declared] = []
  ) {
    self.measure = measure
    self.view = view
    self.from = from
    self.to = to
    self.dimensions = dimensions
    self.filter = filter
    self.roles = roles
  }
}

/// `PROVE query INTO 'file'`.
package struct Prove: Sendable, Hashable {
  package var query: Query
  package var file: TextLiteral

  package init(query: Query, file: TextLiteral) {
    self.query = query
    self.file = file
  }
}
