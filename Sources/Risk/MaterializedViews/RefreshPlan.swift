package import Columnar

/// What a refresh would rebuild, and why.
package struct RefreshPlan: Sendable {
  /// What a step rebuilds.
  package enum Scope: Sendable, Hashable {
    case nothing
    case dates([CalendarDate])
    case all
  }

  package struct Reason: Sendable, Hashable {
    /// Nil: concerns all dates.
    package var date: CalendarDate?
    package var reason: RefreshReason

    package init(_ date: CalendarDate?, _ reason: RefreshReason) {
      self.date = date
      self.reason = reason
    }
  }

  /// One view.
  package struct Step: Sendable {
    package var view: ViewDefinition
    package var locality: Locality
    package var scope: Scope
    /// By date, those of all dates first; of a stale view only.
    package var reasons: [Reason]
    /// What is stale and not rebuilt because other dates were asked for.
    package var pending: RunDetail.Pending
    /// What the rows are made of together with those of before; nil when all is computed again.
    package var changes: ChangedInput?
  }

  /// Inputs before what reads them; views with nothing to do are listed, too.
  package var steps: [Step]
  /// Of all views, planned or not.
  package var graph: ViewGraph

  package var isEmpty: Bool { steps.allSatisfy { $0.scope == .nothing } }
}

/// What to refresh.
package struct RefreshRequest: Sendable {
  /// `schema.name`; empty for all. Views that these read are refreshed with them.
  package var views: [String]
  /// Only these business dates; empty for all. A view that cannot be rebuilt by date is rebuilt as
  /// a whole.
  package var dates: [CalendarDate]
  /// Rebuilds the named views also where nothing changed.
  package var isForced: Bool
  /// Why it is forced, for the records.
  package var reason: String?

  package init(
    views: [String] = [], dates: [CalendarDate] = [], isForced: Bool = false,
    reason: String? = nil
  ) {
    self.views = views
    self.dates = dates
    self.isForced = isForced
    self.reason = reason
  }

  var force: RefreshReason? {
    isForced ? reason.map { .restated($0) } ?? .forced : nil
  }
}
