/// A query with everything that may stand around its body.
package struct Query: Sendable, Hashable {
  package var with: WithClause?
  package var body: Body
  /// Slice-and-dice clauses in the order written; they apply to the body, before ORDER BY.
  package var slices: [Slice]
  package var orderBy: OrderBy?
  package var limit: Limit?
  package var range: SourceRange

  package init(
    with: WithClause? = nil, body: Body, slices: [Slice] = [], orderBy: OrderBy? = nil,
    limit: Limit? = nil, range: SourceRange = .synthesized
  ) {
    self.with = with
    self.body = body
    self.slices = slices
    self.orderBy = orderBy
    self.limit = limit
    self.range = range
  }

  package indirect enum Body: Sendable, Hashable {
    case select(Select)
    case setOperation(SetOperation)
    /// One row or more, all of one length.
    case values([[Expression]])
    /// A query in parentheses, kept because its ORDER BY and LIMIT are its own.
    case query(Query)
    /// `SUMMARIZE t` (as `FROM t`) or `SUMMARIZE SELECT …`.
    case summarize(Query)
  }
}

package struct SetOperation: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case union = "UNION"
    case intersect = "INTERSECT"
    case except = "EXCEPT"
  }
  package var kind: Kind
  package var isAll: Bool
  /// `UNION BY NAME`: columns are matched by name, missing ones are NULL.
  package var isByName: Bool
  package var left: Query.Body
  package var right: Query.Body
  /// The operator's words.
  package var operatorRange: SourceRange

  package init(
    kind: Kind, isAll: Bool = false, isByName: Bool = false, left: Query.Body, right: Query.Body,
    operatorRange: SourceRange = .synthesized
  ) {
    self.kind = kind
    self.isAll = isAll
    self.isByName = isByName
    self.left = left
    self.right = right
    self.operatorRange = operatorRange
  }
}

package struct WithClause: Sendable, Hashable {
  package var isRecursive: Bool
  package var expressions: [CommonTableExpression]
  package var range: SourceRange

  package init(
    isRecursive: Bool = false, expressions: [CommonTableExpression],
    range: SourceRange = .synthesized
  ) {
    self.isRecursive = isRecursive
    self.expressions = expressions
    self.range = range
  }
}

package struct CommonTableExpression: Sendable, Hashable {
  package var name: Identifier
  /// Column names; empty when the query's own are used.
  package var columns: [Identifier]
  /// `AS [NOT] MATERIALIZED`; nil when not said.
  package var isMaterialized: Bool?
  package var query: Query

  package init(
    name: Identifier, columns: [Identifier] = [], isMaterialized: Bool? = nil, query: Query
  ) {
    self.name = name
    self.columns = columns
    self.isMaterialized = isMaterialized
    self.query = query
  }
}

/// `ORDER BY` of a query.
package enum OrderBy: Sendable, Hashable {
  /// `ORDER BY ALL`: every column, from left to right.
  case all(direction: SortDirection, nulls: NullsOrder?)
  case items([OrderItem])
}

package enum SortDirection: Sendable, Hashable {
  case ascending
  case descending
}

package enum NullsOrder: Sendable, Hashable {
  case first
  case last
}

package struct OrderItem: Sendable, Hashable {
  package var expression: Expression
  package var direction: SortDirection
  /// Nil: NULLS LAST when ascending, FIRST when descending.
  package var nulls: NullsOrder?

  package init(
    _ expression: Expression, direction: SortDirection = .ascending, nulls: NullsOrder? = nil
  ) {
    self.expression = expression
    self.direction = direction
    self.nulls = nulls
  }
}

/// `LIMIT n OFFSET m`; one of the two is present.
package struct Limit: Sendable, Hashable {
  package var count: Expression?
  package var offset: Expression?

  package init(count: Expression? = nil, offset: Expression? = nil) {
    self.count = count
    self.offset = offset
  }
}
