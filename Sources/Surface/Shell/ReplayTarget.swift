import Columnar
import Lakehouse

/// Quotes of one time, as texts in the order of the table's columns.
struct ReplayTick {
  /// As the lake prints it.
  var time: String
  var microseconds: Int64
  var rows: [[String?]]
}

/// The table that ticks are replayed into.
struct ReplayTarget {
  let name: String
  private let columns: [(name: String, type: String)]
  private let key: [String]

  /// - Throws: `.usage` for a name without a schema, or a table without a key.
  init(_ name: String, _ conversation: any Conversation) throws(LakeError) {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 2 else {
      throw LakeError(.usage, "expected --table schema.table, found '\(name)'")
    }
    let (schema, table) = (Self.literal(parts[0]), Self.literal(parts[1]))
    self.name = name
    var columns: [(String, String)] = []
    for row in try Self.rows(
      """
      SELECT name, type FROM system.columns WHERE schema = \(schema) AND "table" = \(table)
      ORDER BY position
      """, conversation)
    {
      if case .string(let column) = row[0], case .string(let type) = row[1] {
        columns.append((column, type))
      }
    }
    let rows = try Self.rows(
      "SELECT key FROM system.tables WHERE schema = \(schema) AND name = \(table)", conversation)
    guard case .string(let key)? = rows.first?.first, !key.isEmpty else {
      throw LakeError(
        .usage, "there is no table '\(name)' with a KEY to replay into",
        help: "a quote replaces the one with its key; system.tables lists the tables")
    }
    self.columns = columns
    self.key = key.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }

  /// All views that read the table, directly or through others.
  func dependents(_ conversation: any Conversation) throws(LakeError) -> [String] {
    let rows = try Self.rows(
      "SELECT DISTINCT view, input_table FROM system.lineage", conversation)
    var found: Set<String> = [name]
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for row in rows {
        guard case .string(let view) = row[0], case .string(let input) = row[1],
          found.contains(input), found.insert(view).inserted
        else { continue }
        isGrowing = true
      }
    }
    found.remove(name)
    let kept = try Self.rows(
      "SELECT schema || '.' || name FROM system.views WHERE materialized", conversation)
    let views = Set(
      kept.compactMap { row in if case .string(let text) = row[0] { text } else { nil } })
    return found.intersection(views).sorted()
  }

  /// The source's ticks in the order of time.
  func ticks(
    of source: String, after: String?, until: String?, _ conversation: any Conversation
  ) throws(LakeError) -> [ReplayTick] {
    let isFile =
      source.contains("/")
      || [".csv", ".json", ".ndjson", ".parquet", ".gz", ".zst"].contains { source.hasSuffix($0) }
    let texts = columns.map { "CAST(\(Self.quoted($0.name)) AS STRING)" }
    var conditions = ["tick_time IS NOT NULL"]
    if let after {
      conditions.append("CAST(tick_time AS TIMESTAMP) > CAST(\(Self.literal(after)) AS TIMESTAMP)")
    }
    if let until {
      conditions.append("CAST(tick_time AS TIMESTAMP) <= CAST(\(Self.literal(until)) AS TIMESTAMP)")
    }
    let rows = try Self.rows(
      """
      SELECT CAST(tick_time AS TIMESTAMP) AS tick_moment,
        CAST(CAST(tick_time AS TIMESTAMP) AS STRING), \(texts.joined(separator: ", "))
      FROM \(isFile ? Self.literal(source) : source) WHERE \(conditions.joined(separator: " AND "))
      ORDER BY tick_moment
      """, conversation)
    var ticks: [ReplayTick] = []
    for row in rows {
      guard case .timestamp(let moment) = row[0], case .string(let time) = row[1] else { continue }
      let cells = row.dropFirst(2).map { cell -> String? in
        if case .string(let text) = cell { text } else { nil }
      }
      if ticks.last?.microseconds == moment.microseconds {
        ticks[ticks.count - 1].rows.append(cells)
      } else {
        ticks.append(ReplayTick(time: time, microseconds: moment.microseconds, rows: [cells]))
      }
    }
    return ticks
  }

  /// The statement that puts quotes into the table, in place of those with their keys.
  func merge(_ rows: [[String?]]) -> String {
    let casts = columns.indices.map { index in
      "CAST(c\(index) AS \(columns[index].type)) AS \(Self.quoted(columns[index].name))"
    }
    let values = rows.map { row in
      "(" + row.map { $0.map(Self.literal) ?? "NULL" }.joined(separator: ", ") + ")"
    }
    let match = key.map { "t.\(Self.quoted($0)) = s.\(Self.quoted($0))" }
    return """
      MERGE INTO \(name) t USING (SELECT \(casts.joined(separator: ", ")) FROM
        (VALUES \(values.joined(separator: ", ")))
        v(\(columns.indices.map { "c\($0)" }.joined(separator: ", ")))) s
      ON \(match.joined(separator: " AND "))
      WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
      """
  }

  static func rows(
    _ text: String, _ conversation: any Conversation
  ) throws(LakeError) -> [[Value]] {
    let sink = CollectingSink()
    try conversation.run(text, into: sink)
    return sink.batches.flatMap { batch in (0..<batch.rowCount).map { batch.row($0) } }
  }

  static func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private static func quoted(_ name: String) -> String {
    let parts = name.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"" + parts.joined(separator: "\"\"") + "\""
  }
}
