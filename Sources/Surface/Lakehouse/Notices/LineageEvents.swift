import Columnar
import FileStorage
import JSONText
import LakeCatalog
import MaterializedViews

/// START and COMPLETE, FAIL or ABORT of one run, as OpenLineage 2-0-2 has them, each on a line.
///
/// Jobs are views and datasets are tables, in the namespace of the lake's directory.
struct LineageEvents {
  private(set) var bytes: [UInt8] = []
  private let run: RunRecord
  private let namespace: String
  private let view: ViewRecord?
  private let inputs: [(name: String, version: Int64)]
  private let outputs: [(name: String, version: Int64)]

  private static let producer = "https://tarn.dev/\(EngineVersion.name)"
  private static let schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

  init(_ run: RunRecord, _ lake: Lake) throws(CatalogError) {
    self.run = run
    namespace = "tarn://" + lake.root
    view = try lake.catalog.views(at: run.inputSnapshot).first { $0.qualifiedName == run.view }
    func named(
      _ tables: [TableVersionReference]
    ) throws(CatalogError) -> [(name: String, version: Int64)] {
      var all: [(name: String, version: Int64)] = []
      for table in tables {
        guard let record = try lake.catalog.table(id: table.tableID, at: run.snapshot) else {
          continue
        }
        all.append((record.definition.qualifiedName, table.version))
      }
      return all
    }
    inputs = try named(run.inputs)
    outputs = try named(run.outputs)
    event("START", at: run.startedMicroseconds)
    // OpenLineage has no word for what was not begun because an input failed.
    let end =
      run.status == RunStatus.succeeded
      ? "COMPLETE" : run.status == RunStatus.blocked ? "ABORT" : "FAIL"
    event(end, at: run.finishedMicroseconds)
  }

  /// The same run has the same id in whatever file it is told: a name-based UUID (RFC 9562, version 8)
  /// of the lake, the number and the time.
  private var identifier: String {
    let name = "\(namespace)/run/\(run.id)/\(run.startedMicroseconds)"
    var hash = SHA256()
    hash.update(Array(name.utf8))
    var digits = Array(hash.finalize().hex.prefix(32))
    digits[12] = "8"
    digits[16] = Array("89ab")[(digits[16].hexDigitValue ?? 0) & 3]
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }

  private mutating func event(_ type: String, at time: Int64) {
    var json = JSONWriter(reservingCapacity: 2000)
    json.beginObject()
    json.member("eventType", type)
    json.member("eventTime", Timestamp(microseconds: time).description)
    json.member("producer", LineageEvents.producer)
    json.member("schemaURL", LineageEvents.schema)
    json.key("run")
    json.beginObject()
    json.member("runId", identifier)
    json.key("facets")
    json.beginObject()
    LineageEvents.facet("tarn_run", nil, &json) { json in
      json.member("run", run.id)
      json.member("inputSnapshot", run.inputSnapshot)
      json.member("definition", run.definitionHash.hex)
      json.member("engine", run.engineVersion)
      json.member("status", run.status)
      if let hash = run.contentHash { json.member("content", hash.hex) }
    }
    if type == "FAIL" || type == "ABORT" {
      LineageEvents.facet("errorMessage", "1-0-1/ErrorMessageRunFacet", &json) { json in
        json.member("message", run.message)
        json.member("programmingLanguage", "SQL")
      }
    }
    json.endObject()
    json.endObject()
    job(&json)
    json.key("inputs")
    json.beginArray()
    for input in inputs {
      dataset(input, &json)
      json.endObject()
      json.endObject()
    }
    json.endArray()
    json.key("outputs")
    json.beginArray()
    for output in outputs where type == "COMPLETE" { self.output(output, &json) }
    json.endArray()
    json.endObject()
    json.newline()
    bytes += json.bytes
  }

  private func job(_ json: inout JSONWriter) {
    json.key("job")
    json.beginObject()
    json.member("namespace", namespace)
    json.member("name", run.view)
    json.key("facets")
    json.beginObject()
    LineageEvents.facet("jobType", "2-0-3/JobTypeJobFacet", &json) { json in
      json.member("processingType", "BATCH")
      json.member("integration", "TARN")
      json.member("jobType", "MATERIALIZED_VIEW")
    }
    if let view {
      LineageEvents.facet("sql", "1-0-1/SQLJobFacet", &json) { json in
        json.member("query", view.sql)
      }
    }
    json.endObject()
    json.endObject()
  }

  /// Leaves the object and its facets open.
  private func dataset(_ table: (name: String, version: Int64), _ json: inout JSONWriter) {
    json.beginObject()
    json.member("namespace", namespace)
    json.member("name", table.name)
    json.key("facets")
    json.beginObject()
    LineageEvents.facet("version", "1-0-1/DatasetVersionDatasetFacet", &json) { json in
      json.member("datasetVersion", String(table.version))
    }
  }

  private func output(_ table: (name: String, version: Int64), _ json: inout JSONWriter) {
    dataset(table, &json)
    columnLineage(&json)
    json.endObject()
    json.key("outputFacets")
    json.beginObject()
    LineageEvents.facet(
      "outputStatistics", "1-0-2/OutputStatisticsOutputDatasetFacet", &json
    ) { json in
      json.member("rowCount", run.rowCount)
    }
    json.endObject()
    json.endObject()
  }

  private func columnLineage(_ json: inout JSONWriter) {
    var columns: [String: [LineageEdge]] = [:]
    for edge in view?.lineage ?? [] where edge.inputColumn != nil {
      if let column = edge.outputColumn { columns[column, default: []].append(edge) }
    }
    guard !columns.isEmpty else { return }
    LineageEvents.facet("columnLineage", "1-2-0/ColumnLineageDatasetFacet", &json) { json in
      json.key("fields")
      json.beginObject()
      for column in columns.keys.sorted() {
        json.key(column)
        json.beginObject()
        json.key("inputFields")
        json.beginArray()
        for edge in columns[column] ?? [] {
          json.beginObject()
          json.member("namespace", namespace)
          json.member("name", edge.inputTable)
          json.member("field", edge.inputColumn ?? "")
          json.endObject()
        }
        json.endArray()
        json.endObject()
      }
      json.endObject()
    }
  }

  /// - Parameter schema: Below `https://openlineage.io/spec/facets/`; nil for a facet of Tarn.
  private static func facet(
    _ name: String, _ schema: String?, _ json: inout JSONWriter,
    _ members: (inout JSONWriter) -> Void
  ) {
    json.key(name)
    json.beginObject()
    json.member("_producer", producer)
    if let schema {
      let file = String(schema.drop { $0 != "/" }.dropFirst())
      json.member(
        "_schemaURL", "https://openlineage.io/spec/facets/\(schema).json#/$defs/\(file)")
    } else {
      json.member("_schemaURL", producer + "/run-facet")
    }
    members(&json)
    json.endObject()
  }
}
