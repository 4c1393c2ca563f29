package import Columnar

/// Each input row once for every member of its lists: list columns of several lengths go side by side,
/// the shorter ones padded with NULL. Output: the input's columns, then a member of each list, then the
/// member's number (from 1) when it is asked for.
package struct UnnestNode: Sendable {
  package var input: LogicalPlan
  /// Lists or vectors over the input; each with its column's name.
  package var lists: [ProjectedExpression]
  /// `WITH ORDINALITY`.
  package var hasOrdinality: Bool
  /// A row without members stays, with NULLs (`LEFT JOIN`).
  package var keepsEmpty: Bool

  package init(
    input: LogicalPlan, lists: [ProjectedExpression], hasOrdinality: Bool = false,
    keepsEmpty: Bool = false
  ) {
    self.input = input
    self.lists = lists
    self.hasOrdinality = hasOrdinality
    self.keepsEmpty = keepsEmpty
  }

  package var schema: Schema {
    var fields = input.schema.fields
    for list in lists {
      fields.append(Field(list.name, list.expression.type.memberType ?? .string))
    }
    if hasOrdinality { fields.append(Field("ordinality", .int64)) }
    return Schema(fields)
  }
}
