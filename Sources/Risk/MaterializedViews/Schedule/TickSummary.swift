import JSONText

/// What the last tick found, so that the next one can see at a glance that nothing is due.
///
/// It is only ever believed when nothing was committed since, and two ticks at once can write it in
/// either order: what either writes wakes no later than the views' own states say, because a view
/// that is being refreshed counts as due.
struct TickSummary: Sendable, Hashable {
  /// The lake snapshot that was looked at.
  var head: Int64
  /// When the look was, in microseconds since the epoch.
  var at: Int64
  /// When a view is due; nil: none by the clock.
  var wake: Int64?
  /// From when on views are late, by their names.
  var late: [String: Int64]

  static let name = "schedule"

  var bytes: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("head", head)
    json.member("at", at)
    if let wake { json.member("wake", wake) }
    json.key("late")
    json.beginObject()
    for view in late.keys.sorted() { json.member(view, late[view] ?? 0) }
    json.endObject()
    json.endObject()
    return json.bytes
  }

  init(head: Int64, at: Int64, wake: Int64?, late: [String: Int64]) {
    (self.head, self.at, self.wake, self.late) = (head, at, wake, late)
  }

  /// Nil for bytes that are no summary.
  init?(bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes), let head = json["head"]?.int64,
      let at = json["at"]?.int64
    else { return nil }
    var late: [String: Int64] = [:]
    for member in json["late"]?.object?.members ?? [] { late[member.key] = member.value.int64 }
    self.init(head: head, at: at, wake: json["wake"]?.int64, late: late)
  }

  /// Whether nothing can be due: same lake, same clock direction, not time yet.
  func holds(head: Int64, now: Int64) -> Bool {
    head == self.head && now >= at && (wake.map { now < $0 } ?? true)
  }

  func lateViews(at now: Int64) -> [String] {
    late.filter { $0.value <= now }.keys.sorted()
  }
}
