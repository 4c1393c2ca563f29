import Columnar
import QueryLanguage

/// A subquery inside an expression, until it becomes a join of the plan around it.
///
/// In expressions a subquery is a column past the real ones (`subqueryBase + i`). Inside its plan the
/// columns of the query around it are `outerBase + k`, where `k` counts `references`.
struct Subquery {
  enum Kind {
    /// The one value of the one row; null without a row.
    case scalar
    /// Whether there is a row.
    case exists
    /// Whether a comparison of a value outside with each row is true for some row; three-valued.
    /// Columns of the subquery are `innerBase + i` in it.
    case any([BoundExpression])
  }
  var kind: Kind
  var plan: LogicalPlan
  /// Over the enclosing query.
  var references: [BoundExpression]
  /// An argument of an aggregate, so it is needed before grouping.
  var isInsideAggregate: Bool
  var range: SourceRange

  /// What it reads of the enclosing query.
  var outerExpressions: [BoundExpression] {
    if case .any(let comparisons) = kind { return references + comparisons }
    return references
  }

  func mapped(
    _ change: (BoundExpression) throws(QueryError) -> BoundExpression
  ) throws(QueryError) -> Subquery {
    var result = self
    result.references = []
    for reference in references { result.references.append(try change(reference)) }
    if case .any(let comparisons) = kind {
      var changed: [BoundExpression] = []
      for comparison in comparisons { changed.append(try change(comparison)) }
      result.kind = .any(changed)
    }
    return result
  }
}

/// The query around the subquery that is being bound, and what the subquery reads of it.
final class OuterFrame {
  let context: ExpressionContext
  var references: [BoundExpression] = []

  init(_ context: ExpressionContext) { self.context = context }

  /// The column that stands for the expression inside the subquery.
  func marker(_ expression: BoundExpression) -> BoundExpression {
    let index = references.firstIndex(of: expression) ?? references.count
    if index == references.count { references.append(expression) }
    return .column(ExpressionContext.outerBase + index, expression.type)
  }
}

extension BoundExpression {
  /// Whether it reads the query around the subquery it stands in.
  var hasOuterColumns: Bool { columns.contains { $0 >= ExpressionContext.outerBase } }

  /// Every outer column replaced by the expression it stands for.
  func replacingOuter(_ expressions: [BoundExpression]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, _) = node, index >= ExpressionContext.outerBase else {
        return nil
      }
      return expressions[index - ExpressionContext.outerBase]
    }
    return result ?? self
  }

  /// Every subquery's column replaced by what was made of it.
  func replacingSubqueries(_ values: [Int: BoundExpression]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, _) = node, ExpressionContext.isSubquery(index) else {
        return nil
      }
      return values[index - ExpressionContext.subqueryBase]
    }
    return result ?? self
  }

  /// Numbers of the subqueries that stand in it.
  var subqueries: Set<Int> {
    Set(
      columns.filter(ExpressionContext.isSubquery).map { $0 - ExpressionContext.subqueryBase })
  }
}
