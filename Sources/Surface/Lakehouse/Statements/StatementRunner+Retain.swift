import LakeCatalog
import QueryEngine
import QueryLanguage

// RETAIN: how long what is replaced stays readable, whatever a VACUUM asks for.

extension StatementRunner {
  func retain(_ retain: Retain) throws(QueryError) -> String {
    var subject = QualifiedName([Identifier("RETAIN")], range: statement.range)
    if case .table(let name) = retain.subject { subject = name }
    let lake = try workspace.lake(for: subject)
    let duration = try retain.duration.map { text throws(QueryError) in
      try Retention.duration(text)
    }
    let (setting, what) = try setting(of: retain.subject, in: lake)
    let committer = session.committer(lake)
    var commit = committer.prepare([], operation: "RETAIN", statement: text)
    commit.settings = [SettingRecord(name: setting, value: duration.map(String.init))]
    let done = retain.duration.map { "for \($0.text)" } ?? "as VACUUM says"
    commit.message = "\(what) \(done)"
    return "\(what) \(done) (snapshot \(try committer.commit(commit).snapshot.id))"
  }

  private func setting(
    of subject: Retain.Subject, in lake: Lake
  ) throws(QueryError) -> (name: String, what: String) {
    switch subject {
    case .lake: return (RetentionSetting.lake, "the lake keeps what is replaced")
    case .runs: return (RetentionSetting.runs, "the lake keeps the inputs of runs")
    case .table(let name):
      let state = try target(name, in: lake, verb: nil)
      guard let record = state.record else {
        throw QueryError(.name, "\(state.name) is not committed yet", at: name.range)
      }
      return (RetentionSetting.table(record.id), "\(state.name) keeps what is replaced")
    }
  }
}
