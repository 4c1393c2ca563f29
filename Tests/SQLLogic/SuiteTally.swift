/// Counts the lines that runs of files wrote, by folder.
package struct SuiteTally: Sendable {
  private struct Counts: Sendable {
    var byStatus: [String: Int] = [:]
    func callAsFunction(_ status: String) -> Int { byStatus[status] ?? 0 }
  }

  private var folders: [String: Counts] = [:]
  private var reasons: [String: [String: Int]] = [:]

  package init() {}

  /// Takes one line: status, file, line, reason, detail, statement; others are passed over.
  package mutating func add(_ line: String) {
    let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard cells.count >= 4, SuiteResult.Status(rawValue: cells[0]) != nil else { return }
    let folder = cells[1].split(separator: "/").dropLast().prefix(2).joined(separator: "/")
    for name in [folder, "all"] {
      folders[name, default: Counts()].byStatus[cells[0], default: 0] += 1
    }
    if cells[0] != "passed" { reasons[cells[0], default: [:]][cells[3], default: 0] += 1 }
  }

  /// A table of folders, then the reasons.
  package var text: String {
    var lines = [
      SuiteTally.row([
        "folder", "statements", "skipped", "in scope", "passed", "explained",
        "failed", "passed %", "or explained %",
      ])
    ]
    for (folder, counts) in folders.sorted(by: { $0.key < $1.key }) {
      let (passed, explained) = (counts("passed"), counts("explained"))
      let scope = passed + explained + counts("failed")
      func share(_ count: Int) -> String {
        String(scope == 0 ? 0 : Double(count * 10_000 / scope) / 100)
      }
      lines.append(
        SuiteTally.row([
          folder, String(scope + counts("skipped")), String(counts("skipped")), String(scope),
          String(passed), String(explained), String(counts("failed")), share(passed),
          share(passed + explained),
        ]))
    }
    for status in ["skipped", "explained", "failed"] {
      lines.append("\n\(status):")
      let counts = (reasons[status] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      for (reason, count) in counts {
        lines.append(
          "\(String(repeating: " ", count: max(0, 8 - String(count).count)))\(count)  \(reason)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      let gap = String(
        repeating: " ", count: max(0, (index == 0 ? 20 : index == 8 ? 16 : 11) - cell.count))
      return index == 0 ? cell + gap : gap + cell
    }.joined()
  }
}
