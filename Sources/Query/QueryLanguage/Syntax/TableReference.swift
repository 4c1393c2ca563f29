/// One source of rows in FROM, with its pins in time and its alias.
package struct TableReference: Sendable, Hashable {
  package var kind: Kind
  /// `AS OF …`, `AS KNOWN AT …`, `VERSION AS OF …`; only on tables, files and functions.
  package var time: TimeClause?
  package var alias: TableAlias?
  package var range: SourceRange

  package init(
    _ kind: Kind, time: TimeClause? = nil, alias: TableAlias? = nil,
    range: SourceRange = .synthesized
  ) {
    self.kind = kind
    self.time = time
    self.alias = alias
    self.range = range
  }

  package indirect enum Kind: Sendable, Hashable {
    /// A table, view or common table expression.
    case table(QualifiedName)
    /// `FROM 'positions.csv'`.
    case file(TextLiteral)
    /// A calculator, `changes(…)`, `read_delta(…)` and the like.
    case function(FunctionCall)
    case query(Query, isLateral: Bool)
    case join(Join)
    case pivot(Pivot)
    case unpivot(Unpivot)
  }
}

/// `AS x (a, b)`.
package struct TableAlias: Sendable, Hashable {
  package var name: Identifier
  /// New names for the first columns; often empty.
  package var columns: [Identifier]

  package init(_ name: Identifier, columns: [Identifier] = []) {
    self.name = name
    self.columns = columns
  }
}

package struct Join: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case inner
    case left
    case right
    case full
    /// `CROSS JOIN` or a comma: no condition.
    case cross
    case semi
    case anti
  }
  package enum Condition: Sendable, Hashable {
    /// Only of a cross join.
    case none
    case on(Expression)
    case using([Identifier])
    case natural
  }
  package var kind: Kind
  /// `ASOF`: the nearest earlier row; the condition has one inequality. Kind is inner or left.
  package var isAsOf: Bool
  package var left: TableReference
  package var right: TableReference
  package var condition: Condition
  /// The words of the join itself.
  package var keywordRange: SourceRange

  package init(
    kind: Kind, isAsOf: Bool = false, left: TableReference, right: TableReference,
    condition: Condition, keywordRange: SourceRange = .synthesized
  ) {
    self.kind = kind
    self.isAsOf = isAsOf
    self.left = left
    self.right = right
    self.condition = condition
    self.keywordRange = keywordRange
  }
}

/// `PIVOT t ON c IN (…) USING sum(x) GROUP BY g`, or `t PIVOT (sum(x) FOR c IN (…) GROUP BY g)`.
package struct Pivot: Sendable, Hashable {
  /// One axis of new columns.
  package struct Axis: Sendable, Hashable {
    package var expression: Expression
    /// The values that become columns, each with its column's name; empty means those that occur, in order.
    package var values: [SelectItem]

    package init(expression: Expression, values: [SelectItem] = []) {
      self.expression = expression
      self.values = values
    }
  }
  package var source: TableReference
  /// Aggregates that fill the cells; empty means `count(*)`.
  package var aggregates: [SelectItem]
  package var axes: [Axis]
  /// Empty means all columns that are used nowhere else.
  package var groupBy: [Expression]

  package init(
    source: TableReference, aggregates: [SelectItem] = [], axes: [Axis] = [],
    groupBy: [Expression] = []
  ) {
    self.source = source
    self.aggregates = aggregates
    self.axes = axes
    self.groupBy = groupBy
  }
}

/// `UNPIVOT t ON a, b INTO NAME n VALUE v`, or `t UNPIVOT (v FOR n IN (a, b))`.
package struct Unpivot: Sendable, Hashable {
  package var source: TableReference
  /// The columns that become rows; an alias replaces the name in the name column. May be one star.
  package var columns: [SelectItem]
  package var nameColumn: Identifier
  package var valueColumn: Identifier
  package var includesNulls: Bool

  package init(
    source: TableReference, columns: [SelectItem] = [], nameColumn: Identifier,
    valueColumn: Identifier, includesNulls: Bool = false
  ) {
    self.source = source
    self.columns = columns
    self.nameColumn = nameColumn
    self.valueColumn = valueColumn
    self.includesNulls = includesNulls
  }
}
