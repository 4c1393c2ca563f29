/// What stands after `OVER`.
package indirect enum WindowReference: Sendable, Hashable {
  case named(Identifier)
  case specification(WindowSpecification)
}

package struct WindowSpecification: Sendable, Hashable {
  /// A named window that this one extends.
  package var base: Identifier?
  package var partitionBy: [Expression]
  package var orderBy: [OrderItem]
  /// Nil is the default frame: RANGE from the start to the current row's peers when ordered, else all.
  package var frame: WindowFrame?

  package init(
    base: Identifier? = nil, partitionBy: [Expression] = [], orderBy: [OrderItem] = [],
    frame: WindowFrame? = nil
  ) {
    self.base = base
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
  }
}

/// `WINDOW name AS (…)`.
package struct NamedWindow: Sendable, Hashable {
  package var name: Identifier
  package var specification: WindowSpecification

  package init(name: Identifier, specification: WindowSpecification) {
    self.name = name
    self.specification = specification
  }
}

package struct WindowFrame: Sendable, Hashable {
  package enum Unit: String, Sendable, Hashable, CaseIterable {
    case rows = "ROWS"
    case range = "RANGE"
    case groups = "GROUPS"
  }
  package enum Bound: Sendable, Hashable {
    case unboundedPreceding
    case preceding(Expression)
    case currentRow
    case following(Expression)
    case unboundedFollowing
  }
  package enum Exclusion: String, Sendable, Hashable, CaseIterable {
    case noOthers = "NO OTHERS"
    case currentRow = "CURRENT ROW"
    case group = "GROUP"
    case ties = "TIES"
  }
  package var unit: Unit
  package var start: Bound
  /// A frame written with one bound ends at the current row.
  package var end: Bound
  package var exclusion: Exclusion
  package var range: SourceRange

  package init(
    unit: Unit, start: Bound, end: Bound = .currentRow, exclusion: Exclusion = .noOthers,
    range: SourceRange = .synthesized
  ) {
    self.unit = unit
    self.start = start
    self.end = end
    self.exclusion = exclusion
    self.range = range
  }
}
