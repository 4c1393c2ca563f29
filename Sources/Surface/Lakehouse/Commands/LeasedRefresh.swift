import Glibc
import LakeCatalog
import MaterializedViews
import QueryEngine

/// A refresh that somebody asked for: it holds the leases of what it rebuilds, as ticks do, so that
/// no scheduler does the same work; and it begins again when another commit was faster.
struct LeasedRefresh {
  private let session: Session
  private let lake: Lake

  /// How long it waits for others to finish, in tenths of a second.
  private static let waitsMax = 6000

  init(_ session: Session, lake: Lake) {
    self.session = session
    self.lake = lake
  }

  /// - Throws: `.conflict` when others hold a view for ten minutes or were faster again and again,
  ///   and what a refresh throws.
  func run(
    _ request: RefreshRequest, _ progress: (String) -> Void
  ) throws(QueryError) -> Refresher.Outcome {
    let heart = LeaseHeart(lake: lake)
    defer { heart.stop() }
    var held: Set<String> = []
    var attempt = 1
    do throws(QueryError) {
      while true {
        let host = try host(request)
        let plan = try RefreshPlanner(host).plan(request)
        let needed = Set(plan.steps.filter { $0.scope != .nothing }.map(\.view.name))
        if !needed.isSubset(of: held) {
          // All are given back first, so that two refreshes always take them in the same order.
          try release(&held, heart)
          try take(needed, &held, heart, progress)
          continue
        }
        do throws(QueryError) {
          let outcome = try Refresher(host).refresh(plan) { view, index, count in
            progress("refreshing \(view) (\(index + 1) of \(count))")
          }
          try release(&held, heart)
          return outcome
        } catch {
          guard error.reason == .conflict, attempt < Conflicts.attemptsMax else { throw error }
          Conflicts.pause(after: attempt)
          attempt += 1
        }
      }
    } catch {
      // What cannot be given back ends by itself.
      try? release(&held, heart)
      throw error
    }
  }

  private func host(_ request: RefreshRequest) throws(QueryError) -> LakeViewHost {
    do throws(CatalogError) {
      return try LakeViewHost(session, lake: lake, reason: request.reason)
    } catch {
      throw QueryError(error)
    }
  }

  private func take(
    _ views: Set<String>, _ held: inout Set<String>, _ heart: LeaseHeart,
    _ progress: (String) -> Void
  ) throws(QueryError) {
    // Ctrl-C ends the waiting as it ends a query.
    let context = session.planRunner.context
    for view in views.sorted() {
      var waits = 0
      while try !take(view, heart) {
        if waits == 0 { progress("waiting for another refresh of \(view)") }
        guard waits < LeasedRefresh.waitsMax else {
          throw QueryError(
            .conflict, "another process has been refreshing \(view) for ten minutes",
            help: "try again when it has finished")
        }
        try context.checkCancelled()
        usleep(100_000)
        waits += 1
      }
      held.insert(view)
    }
  }

  private func take(_ view: String, _ heart: LeaseHeart) throws(QueryError) -> Bool {
    do throws(CatalogError) {
      return try heart.take(Tick.leaseName(of: view), until: lake.clock() + Tick.leaseLength)
    } catch {
      throw QueryError(error)
    }
  }

  private func release(_ held: inout Set<String>, _ heart: LeaseHeart) throws(QueryError) {
    do throws(CatalogError) {
      for view in held.sorted() {
        try heart.release(Tick.leaseName(of: view))
        held.remove(view)
      }
    } catch {
      throw QueryError(error)
    }
  }
}
