/// `SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW … QUALIFY …`, whichever came first.
package struct Select: Sendable, Hashable {
  package var distinct: Distinct?
  /// Never empty: FROM-first without SELECT has one `*`.
  package var items: [SelectItem]
  /// Nil: one row without columns. A comma is a cross join.
  package var from: TableReference?
  package var filter: Expression?
  package var groupBy: GroupBy?
  package var having: Expression?
  package var windows: [NamedWindow]
  package var qualify: Expression?
  package var range: SourceRange

  package init(
    distinct: Distinct? = nil, items: [SelectItem], from: TableReference? = nil,
    filter: Expression? = nil, groupBy: GroupBy? = nil, having: Expression? = nil,
    windows: [NamedWindow] = [], qualify: Expression? = nil, range: SourceRange = .synthesized
  ) {
    self.distinct = distinct
    self.items = items
    self.from = from
    self.filter = filter
    self.groupBy = groupBy
    self.having = having
    self.windows = windows
    self.qualify = qualify
    self.range = range
  }

  package enum Distinct: Sendable, Hashable {
    case rows
    /// `DISTINCT ON (…)`: the first row of each group in the query's order.
    case on([Expression])
  }
}

/// `expr [AS alias]`, `alias: expr`, or a star.
package struct SelectItem: Sendable, Hashable {
  package var expression: Expression
  package var alias: Identifier?

  package init(_ expression: Expression, alias: Identifier? = nil) {
    self.expression = expression
    self.alias = alias
  }
}

package enum GroupBy: Sendable, Hashable {
  /// `GROUP BY ALL`: every item of the select list that has no aggregate.
  case all
  /// Several elements multiply, as in the standard.
  case elements([GroupingElement])
}

package indirect enum GroupingElement: Sendable, Hashable {
  /// An expression, a select alias, a column's number or a hierarchy's name.
  case expression(Expression)
  /// `(a, b)` or `()`.
  case set([Expression])
  /// Each member is one level; a level of several columns is written in parentheses.
  case rollup([[Expression]])
  case cube([[Expression]])
  case groupingSets([GroupingElement])
}
