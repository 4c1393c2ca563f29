package import QueryLanguage

/// The hierarchies and measures of a lake, as a statement sees them; tables are named `schema.table`.
package struct Definitions: Sendable {
  package var hierarchies: [CreateHierarchy]
  package var measures: [CreateMeasure]

  package init(hierarchies: [CreateHierarchy] = [], measures: [CreateMeasure] = []) {
    self.hierarchies = hierarchies
    self.measures = measures
  }

  package static let none = Definitions()

  var isEmpty: Bool { hierarchies.isEmpty && measures.isEmpty }
}

extension TableResolver {
  /// Without a lake there are none.
  package func definitions(
    knownAt point: ResolvedKnowledge?
  ) throws(QueryError) -> Definitions { .none }
}
