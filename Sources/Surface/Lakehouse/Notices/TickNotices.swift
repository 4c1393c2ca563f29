import FileStorage
import LakeCatalog
import MaterializedViews
import QueryEngine

/// Tells others what a tick found: alerts to a command, numbers for Prometheus, runs for OpenLineage.
///
/// The tick is done before; what cannot be told is told by the next one.
struct TickNotices {
  private let session: Session
  private let lake: Lake
  private let targets: NoticeTargets

  init(_ session: Session, _ lake: Lake, _ targets: NoticeTargets) {
    self.session = session
    self.lake = lake
    self.targets = targets
  }

  /// - Returns: What could not be told, and why; empty when all was.
  func send(after outcome: Tick.Outcome) -> [String] {
    var faults: [String] = []
    if targets.command != nil || targets.metrics != nil {
      do throws(LakeError) { try report(outcome) } catch { faults.append(error.message) }
    }
    if let directory = targets.lineage {
      do throws(LakeError) { try LineageExport(lake).run(to: directory) } catch {
        faults.append("runs could not be written to '\(directory)': \(error.message)")
      }
    }
    return faults
  }

  private func report(_ outcome: Tick.Outcome) throws(LakeError) {
    let host = LakeTickHost(session, lake: lake)
    let views: StatusReport
    let head: Int64
    var command = targets.command
    let refused: [RefusedFile]
    do throws(CatalogError) { refused = try LandingMemory.refused(of: lake) } catch {
      throw LakeError(error)
    }
    do throws(QueryError) {
      head = try host.head()
      // Reading where everything stands costs a plan; most ticks have nothing new to say.
      if command != nil, try !AlertBook(host).isNews(head: head, outcome, refused) { command = nil }
      guard command != nil || targets.metrics != nil else { return }
      views = try StatusReport(try host.viewHost(), clocks: host)
    } catch {
      throw LakeError(error)
    }
    let limits: [LimitState]
    do throws(CatalogError) { limits = try LimitBook(lake).onNewestDates() } catch {
      throw LakeError(error)
    }
    if let path = targets.metrics {
      let text = MetricsText(
        time: lake.clock(), head: head, views: views, limits: limits,
        refusedFiles: refused.count
      ).text
      do throws(FileError) { try lake.store.replace(Array(text.utf8), at: path) } catch {
        throw LakeError(error)
      }
    }
    guard let command else { return }
    let alerts = Alert.standing(outcome, views, limits.filter { $0.standing == .open }, refused)
    do throws(QueryError) {
      try AlertBook(host).tell(alerts, to: command, of: lake.root, head: head, outcome)
    } catch {
      throw LakeError(error)
    }
  }
}
