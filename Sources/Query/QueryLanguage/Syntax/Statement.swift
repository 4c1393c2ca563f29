/// One statement of a script.
package struct Statement: Sendable, Hashable {
  package var kind: Kind
  package var range: SourceRange

  package init(_ kind: Kind, range: SourceRange = .synthesized) {
    self.kind = kind
    self.range = range
  }

  package indirect enum Kind: Sendable, Hashable {
    case query(Query)
    case explain(ExplainMode, Statement)

    case createSchema(CreateSchema)
    case createTable(CreateTable)
    case createView(CreateView)
    case createMaterializedView(CreateMaterializedView)
    case createHierarchy(CreateHierarchy)
    case createMeasure(CreateMeasure)
    case createLimit(CreateLimit)
    case dropLimit(Identifier, ifExists: Bool)
    case alterTable(AlterTable)
    case drop(Drop)

    case insert(Insert)
    case update(Update)
    case delete(Delete)
    case merge(Merge)
    case copyFrom(CopyFrom)
    case copyTo(CopyTo)

    case restore(Restore)
    case optimize(Optimize)
    case vacuum(Vacuum)
    case tag(TagStatement)
    case dropTag(TextLiteral, ifExists: Bool)
    case retain(Retain)
    case branch(BranchStatement)
    case refresh(Refresh)
    case sign(Sign)
    case closeDay(DayChange)
    case reopenDay(DayChange)
    case adjust(Adjust)
    case decideAdjustment(AdjustmentDecision)

    case begin
    case commit
    case rollback

    case historyOf(HistoryOf)
    case why(Why)
    case explainMove(ExplainMove)
    case prove(Prove)

    case describe(Describe)
    case show(Show)
    /// `SET name = value`.
    case set(QualifiedName, Expression)
  }
}

package enum ExplainMode: String, Sendable, Hashable, CaseIterable {
  case plan = ""
  case analyze = "ANALYZE"
  /// Prints the query with all sugar removed.
  case expand = "EXPAND"
}

package struct Describe: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    case table(QualifiedName)
    case history(QualifiedName)
    case calculator(Identifier)
    case query(Query)
  }
  package var target: Target

  package init(target: Target) {
    self.target = target
  }
}

/// `SHOW TABLES [FROM schema] [LIKE 'pattern']`.
package struct Show: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case tables = "TABLES"
    case views = "VIEWS"
    case schemas = "SCHEMAS"
    case columns = "COLUMNS"
    case calculators = "CALCULATORS"
    case functions = "FUNCTIONS"
    case tags = "TAGS"
    case snapshots = "SNAPSHOTS"
    case runs = "RUNS"
    case settings = "SETTINGS"
    case hierarchies = "HIERARCHIES"
    case measures = "MEASURES"
  }
  package var kind: Kind
  /// A schema, or the table of `SHOW COLUMNS FROM t`.
  package var container: QualifiedName?
  package var pattern: TextLiteral?

  package init(kind: Kind, container: QualifiedName? = nil, pattern: TextLiteral? = nil) {
    self.kind = kind
    self.container = container
    self.pattern = pattern
  }
}
