package import Columnar

/// A common table that is read in several places and computed once a statement.
package struct CommonNode: Sendable {
  /// Equal for all references to the same common table.
  package var id: Int
  package var name: String
  package var plan: LogicalPlan

  package init(id: Int, name: String, plan: LogicalPlan) {
    self.id = id
    self.name = name
    self.plan = plan
  }
}

/// `WITH RECURSIVE`: the anchor's rows, then the step's over the rows of the step before, until there
/// are no more.
package struct RecursiveNode: Sendable {
  package var id: Int
  package var name: String
  package var anchor: LogicalPlan
  /// The same types as the anchor; reads `.working` of the same id.
  package var step: LogicalPlan
  /// UNION ALL; else rows that were there before are left out.
  package var isAll: Bool

  package init(id: Int, name: String, anchor: LogicalPlan, step: LogicalPlan, isAll: Bool) {
    self.id = id
    self.name = name
    self.anchor = anchor
    self.step = step
    self.isAll = isAll
  }
}

/// The rows of the step before, inside a recursive query.
package struct WorkingNode: Sendable {
  package var id: Int
  package var schema: Schema

  package init(id: Int, schema: Schema) {
    self.id = id
    self.schema = schema
  }
}
