import Columnar
import QueryEngine

/// A point of knowledge as an option says it.
enum KnowledgeText {
  /// A timestamp with zone, `tag:NAME`, `snapshot:N` or `run:N`.
  static func parse(_ text: String) throws(QueryError) -> ResolvedKnowledge {
    if text.hasPrefix("tag:") { return .tag(String(text.dropFirst(4))) }
    if text.hasPrefix("snapshot:"), let id = Int64(text.dropFirst(9)), id >= 0 {
      return .snapshot(id)
    }
    if text.hasPrefix("run:"), let id = Int64(text.dropFirst(4)), id >= 0 { return .run(id) }
    guard let time = TimestampText(text), time.hasZone else {
      throw QueryError(
        .time, "'\(text)' is no point of knowledge",
        help: "write 2025-10-01T18:00:00Z (with a zone), tag:NAME, snapshot:N or run:N")
    }
    return .timestamp(Timestamp(microseconds: time.microseconds))
  }
}
