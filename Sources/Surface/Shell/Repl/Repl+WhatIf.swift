import Columnar
import Lakehouse
import QueryLanguage

/// `.whatif`: changes on a branch of the lake, beside the numbers as they are.
extension Repl {
  /// What `.compare` calls the lake that a branch came from.
  static let lakeItself = "lake"

  func whatIf(_ argument: String) throws(LakeError) {
    switch argument.lowercased() {
    case "merge": try endWhatIf("MERGE")
    case "drop": try endWhatIf("DROP")
    case "off":
      _ = try branchInUse()
      try leaveBranch()
    case "":
      if let branch = conversation.branch {
        return try results.write(
          "on branch \(branch): .whatif merge keeps its changes, .whatif drop forgets them, "
            + ".whatif off leaves it as it is\n")
      }
      try openBranch(try freeBranchName())
    default: try openBranch(argument)
    }
  }

  private func openBranch(_ wanted: String) throws(LakeError) {
    let name = wanted.first == "\"" && wanted.last == "\"" ? wanted.unquotedName : wanted
    if conversation.branch == name { return try whatIf("") }
    let place = DrillPlace(state: drillState, branch: conversation.branch)
    if conversation.branch != nil { try leaveBranch() }
    let written = Repl.writtenName(name)
    if try !branchNames().contains(where: { $0.lowercased() == name.lowercased() }) {
      try runTold("CREATE BRANCH \(written);")
    }
    try runTold("USE BRANCH \(written);")
    completions.forget()
    trail.append(place)
    results.note(
      "changes stay on this branch; .compare \(Repl.lakeItself) shows what they do, .back leaves it"
    )
  }

  /// MERGE and DROP are said on the lake itself.
  private func endWhatIf(_ verb: String) throws(LakeError) {
    let branch = try branchInUse()
    try leaveBranch()
    do throws(LakeError) {
      try runTold("\(verb) BRANCH \(Repl.writtenName(branch));")
    } catch {
      // What could not be merged is still being worked on.
      try runTold("USE BRANCH \(Repl.writtenName(branch));")
      throw error
    }
    // Steps on the branch lead nowhere any more.
    trail = trail.filter { $0.branch == nil }
    drillState?.compare = nil
  }

  private func branchInUse() throws(LakeError) -> String {
    if let branch = conversation.branch { return branch }
    throw LakeError(
      .usage, "there is no branch in use", help: ".whatif NAME opens one, such as .whatif fx-shock")
  }

  func leaveBranch() throws(LakeError) {
    try runTold("USE MAIN;")
    completions.forget()
  }

  /// Goes to the branch of an earlier step; nil is the lake itself.
  func useBranch(_ branch: String?) throws(LakeError) {
    guard conversation.branch != branch else { return }
    if conversation.branch != nil { try leaveBranch() }
    if let branch {
      try runTold("USE BRANCH \(Repl.writtenName(branch));")
      completions.forget()
    }
  }

  /// `.compare lake`: the snapshot of the lake that the branch in use began with.
  func snapshotOfLake() throws(LakeError) -> String {
    _ = try branchInUse()
    return "SNAPSHOT \(try conversation.branchStart())"
  }

  private func branchNames() throws(LakeError) -> [String] {
    let sink = CollectingSink()
    try conversation.run("SELECT name FROM system.branches;", into: sink)
    return sink.batches.flatMap { batch in
      (0..<batch.rowCount).compactMap { row in
        if case .string(let name) = batch.columns[0].value(row) { name } else { nil }
      }
    }
  }

  private func freeBranchName() throws(LakeError) -> String {
    let taken = Set(try branchNames())
    var number = 1
    while taken.contains("whatif-\(number)") { number += 1 }
    return "whatif-\(number)"
  }

  private static func writtenName(_ name: String) -> String {
    SyntaxPrinter.text(of: Identifier.exact(name))
  }
}

/// A step that `.back` returns to.
struct DrillPlace {
  var state: DrillState?
  /// Nil on the lake itself.
  var branch: String?
}
