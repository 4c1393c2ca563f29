import JSONText

/// What is remembered of a view between two ticks.
package struct ScheduleState: Sendable, Hashable {
  /// Failures in a row since the last success.
  package struct Failure: Sendable, Hashable {
    package var count: Int
    package var kind: Backoff.Kind
    package var message: String
    /// When the first of them began, in microseconds since the epoch.
    package var since: Int64
    /// When it is tried again; nil when the tries are used up.
    package var retryAt: Int64?
    /// The lake snapshot that recorded the failure.
    package var snapshot: Int64
    /// What had changed when it failed, in words; of an ON COMMIT view.
    package var changes: String
  }

  /// The lake snapshot that made the definition the rest is about.
  package var definedIn: Int64
  /// When the last scheduled refresh began, in microseconds since the epoch.
  package var start: Int64
  package var failure: Failure?

  package init(definedIn: Int64, start: Int64, failure: Failure? = nil) {
    self.definedIn = definedIn
    self.start = start
    self.failure = failure
  }

  package var bytes: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("definedIn", definedIn)
    json.member("start", start)
    if let failure {
      json.key("failure")
      json.beginObject()
      json.member("count", failure.count)
      json.member("kind", failure.kind.rawValue)
      json.member("message", failure.message)
      json.member("since", failure.since)
      if let retryAt = failure.retryAt { json.member("retryAt", retryAt) }
      json.member("snapshot", failure.snapshot)
      json.member("changes", failure.changes)
      json.endObject()
    }
    json.endObject()
    return json.bytes
  }

  /// Nil for bytes that are no state: as if nothing were remembered, which costs one refresh at most.
  package init?(bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes), let start = json["start"]?.int64,
      let definedIn = json["definedIn"]?.int64
    else { return nil }
    self.init(definedIn: definedIn, start: start)
    guard let failure = json["failure"] else { return }
    guard let count = failure["count"]?.int, let since = failure["since"]?.int64,
      let kind = (failure["kind"]?.string).flatMap({ Backoff.Kind(rawValue: $0) }),
      let snapshot = failure["snapshot"]?.int64
    else { return nil }
    self.failure = Failure(
      count: count, kind: kind, message: failure["message"]?.string ?? "", since: since,
      retryAt: failure["retryAt"]?.int64, snapshot: snapshot,
      changes: failure["changes"]?.string ?? "")
  }
}
