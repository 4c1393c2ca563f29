import Columnar
import LakeCatalog
import MaterializedViews

/// Where a lake stands, in Prometheus' text format for the node exporter's text file collector.
///
/// Times are seconds since the epoch, so that ages are right whenever the file is read.
struct MetricsText {
  private(set) var text = ""

  init(
    time: Int64, head: Int64, views: StatusReport, limits: [LimitState],
    refusedFiles: Int
  ) {
    add("tarn_tick_timestamp_seconds", "When the last tick ended.", [([], seconds(time))])
    add("tarn_snapshot", "The newest snapshot of the lake.", [([], "\(head)")])
    add(
      "tarn_landing_refused_files", "Landing files that could not be loaded and still lie there.",
      [([], "\(refusedFiles)")])
    let all = views.views
    add(
      "tarn_view_last_success_timestamp_seconds", "When the last successful run of a view began.",
      all.compactMap { view in
        view.lastSuccess.map { ([("view", view.name)], seconds($0.startedMicroseconds)) }
      })
    add(
      "tarn_view_last_run_success", "1 when the last run of a view succeeded.",
      all.compactMap { view in
        view.lastRun.map {
          ([("view", view.name)], $0.status == RunStatus.succeeded ? "1" : "0")
        }
      })
    add(
      "tarn_view_last_run_seconds", "How long the last run of a view took.",
      all.compactMap { view in
        view.lastRun.map {
          ([("view", view.name)], seconds($0.finishedMicroseconds - $0.startedMicroseconds))
        }
      })
    add(
      "tarn_view_last_run_rows", "Rows that the last successful run of a view wrote.",
      all.compactMap { view in
        view.lastSuccess.map { ([("view", view.name)], "\($0.rowCount)") }
      })
    add(
      "tarn_view_business_date_timestamp_seconds", "The latest business date that is published.",
      all.compactMap { view in
        view.latestDate.map { ([("view", view.name)], "\(Int64($0.days) * 86_400)") }
      })
    add(
      "tarn_view_stale", "1 when a refresh would rebuild something of a view.",
      all.map { ([("view", $0.name)], $0.step.scope == .nothing ? "0" : "1") })
    add(
      "tarn_view_stale_dates", "Business dates that a refresh would rebuild.",
      all.compactMap { view in
        switch view.step.scope {
        case .nothing: ([("view", view.name)], "0")
        case .dates(let dates): ([("view", view.name)], "\(dates.count)")
        case .all: nil
        }
      })
    add(
      "tarn_view_late", "1 when a view is older than its definition allows.",
      all.map { ([("view", $0.name)], $0.isLate ? "1" : "0") })
    add(
      "tarn_view_breached_rows", "Served rows of the latest date that break an expectation.",
      views.breaches.map { ([("view", $0.view), ("check", $0.check)], "\($0.rows)") })
    let measured = limits.map { limit in
      ([("limit", limit.limit), ("view", limit.view), ("by", limit.dimensions)], limit)
    }
    add(
      "tarn_limit_utilisation", "The part of a limit that is used on its newest date.",
      measured.compactMap { labels, limit in limit.utilisation.map { (labels, "\($0)") } })
    add(
      "tarn_limit_breached", "1 when a limit is breached on its newest date.",
      measured.map { labels, limit in (labels, limit.standing == .open ? "1" : "0") })
  }

  /// With all of its digits: a double has not enough for microseconds of today.
  private func seconds(_ microseconds: Int64) -> String {
    let fraction = String(abs(microseconds % 1_000_000))
    return "\(microseconds / 1_000_000)."
      + String(repeating: "0", count: 6 - fraction.count) + fraction
  }

  private mutating func add(
    _ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: String)]
  ) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }
      text += name + (labels.isEmpty ? "" : "{" + labels.joined(separator: ",") + "}")
      text += " " + sample.value + "\n"
    }
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
    return text
  }
}
