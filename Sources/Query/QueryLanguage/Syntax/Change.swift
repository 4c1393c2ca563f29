package struct Insert: Sendable, Hashable {
  package var table: QualifiedName
  /// Empty: all columns in order, or by name with `BY NAME`.
  package var columns: [Identifier]
  /// `INSERT INTO t BY NAME …`.
  package var isByName: Bool
  /// `VALUES` is a query too.
  package var query: Query

  package init(
    table: QualifiedName, columns: [Identifier] = [], isByName: Bool = false, query: Query
  ) {
    self.table = table
    self.columns = columns
    self.isByName = isByName
    self.query = query
  }
}

/// `SET column = value`.
package struct Assignment: Sendable, Hashable {
  package var column: Identifier
  package var value: Expression

  package init(column: Identifier, value: Expression) {
    self.column = column
    self.value = value
  }
}

package struct Update: Sendable, Hashable {
  /// Queries that FROM, WHERE and the values may read.
  package var with: WithClause?
  package var table: QualifiedName
  package var alias: Identifier?
  package var assignments: [Assignment]
  package var from: TableReference?
  package var filter: Expression?

  package init(
    table: QualifiedName, alias: Identifier? = nil, assignments: [Assignment],
    from: TableReference? = nil, filter: Expression? = nil
  ) {
    self.table = table
    self.alias = alias
    self.assignments = assignments
    self.from = from
    self.filter = filter
  }
}

package struct Delete: Sendable, Hashable {
  /// Queries that USING and WHERE may read.
  package var with: WithClause?
  package var table: QualifiedName
  package var alias: Identifier?
  package var using: TableReference?
  package var filter: Expression?

  package init(
    table: QualifiedName, alias: Identifier? = nil, using: TableReference? = nil,
    filter: Expression? = nil
  ) {
    self.table = table
    self.alias = alias
    self.using = using
    self.filter = filter
  }
}

package struct Merge: Sendable, Hashable {
  package enum Match: Sendable, Hashable {
    case matched
    /// In the source and not in the target.
    case notMatched
    /// In the target and not in the source.
    case notMatchedBySource
  }
  package enum Action: Sendable, Hashable {
    case update([Assignment])
    /// `UPDATE SET *`: every column of the source by name.
    case updateAll
    case delete
    case insert(columns: [Identifier], values: [Expression])
    /// `INSERT *`.
    case insertAll
    case doNothing
  }
  package struct Branch: Sendable, Hashable {
    package var match: Match
    package var condition: Expression?
    package var action: Action
    package var range: SourceRange

    package init(
      match: Match, condition: Expression? = nil, action: Action, range: SourceRange = .synthesized
    ) {
      self.match = match
      self.condition = condition
      self.action = action
      self.range = range
    }
  }
  package var table: QualifiedName
  package var alias: Identifier?
  package var source: TableReference
  package var condition: Expression
  package var branches: [Branch]

  package init(
    table: QualifiedName, alias: Identifier? = nil, source: TableReference, condition: Expression,
    branches: [Branch]
  ) {
    self.table = table
    self.alias = alias
    self.source = source
    self.condition = condition
    self.branches = branches
  }
}

/// `(FORMAT csv, HEADER true)`.
package struct CopyOption: Sendable, Hashable {
  package var name: Identifier
  /// Nil for a bare word, which means true. A bare word as value is a string literal.
  package var value: Expression?

  package init(name: Identifier, value: Expression? = nil) {
    self.name = name
    self.value = value
  }
}

package struct CopyFrom: Sendable, Hashable {
  package var table: QualifiedName
  package var columns: [Identifier]
  package var path: TextLiteral
  package var options: [CopyOption]

  package init(
    table: QualifiedName, columns: [Identifier] = [], path: TextLiteral, options: [CopyOption] = []
  ) {
    self.table = table
    self.columns = columns
    self.path = path
    self.options = options
  }
}

package struct CopyTo: Sendable, Hashable {
  /// `COPY t (a, b) TO` arrives as `SELECT a, b FROM t`.
  package var query: Query
  package var path: TextLiteral
  package var options: [CopyOption]

  package init(query: Query, path: TextLiteral, options: [CopyOption] = []) {
    self.query = query
    self.path = path
    self.options = options
  }
}

/// `RESTORE t TO VERSION AS OF n | TIMESTAMP AS OF 't' | SNAPSHOT n | TAG 'x'`.
package struct Restore: Sendable, Hashable {
  package var table: QualifiedName
  package var point: KnowledgePoint

  package init(table: QualifiedName, point: KnowledgePoint) {
    self.table = table
    self.point = point
  }
}

package struct Optimize: Sendable, Hashable {
  package var table: QualifiedName
  package var filter: Expression?
  package var zOrderBy: [Identifier]

  package init(table: QualifiedName, filter: Expression? = nil, zOrderBy: [Identifier] = []) {
    self.table = table
    self.filter = filter
    self.zOrderBy = zOrderBy
  }
}

/// `VACUUM [t] [RETAIN '30 days' | RETAIN n HOURS] [DRY RUN]`.
package struct Vacuum: Sendable, Hashable {
  /// Nil: every table of the lake.
  package var table: QualifiedName?
  /// `RETAIN 168 HOURS` arrives as '168 hours'.
  package var retain: TextLiteral?
  package var isDryRun: Bool

  package init(table: QualifiedName? = nil, retain: TextLiteral? = nil, isDryRun: Bool = false) {
    self.table = table
    self.retain = retain
    self.isDryRun = isDryRun
  }
}

/// `TAG 'x' [AT SNAPSHOT n] [RETAIN '7 years']`.
package struct TagStatement: Sendable, Hashable {
  package var name: TextLiteral
  /// Nil: the newest snapshot.
  package var snapshot: Expression?
  package var retain: TextLiteral?

  package init(name: TextLiteral, snapshot: Expression? = nil, retain: TextLiteral? = nil) {
    self.name = name
    self.snapshot = snapshot
    self.retain = retain
  }
}

/// `REFRESH MATERIALIZED VIEW v [FOR DATE 'd']`.
package struct Refresh: Sendable, Hashable {
  package var view: QualifiedName
  /// A date literal or a parameter; nil refreshes what is stale.
  package var date: Expression?

  package init(view: QualifiedName, date: Expression? = nil) {
    self.view = view
    self.date = date
  }
}
