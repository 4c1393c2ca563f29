import Columnar
import FileStorage
import JSONText
import LakeCatalog
import QueryEngine

/// What a query answered and everything it was computed from: what `PROVE` writes.
///
/// A JSON object, one member a line. Its last member `certificate` is the SHA-256 of all the others,
/// written without white space.
struct Certificate: Sendable, Hashable {
  struct File: Sendable, Hashable {
    /// In the table's directory; of a file outside the lake as the query names it.
    var path: String
    var rows: Int64
    var sha256: String
  }

  /// One table or file, at the version that was read.
  struct Input: Sendable, Hashable {
    var name: String
    /// Nil for a file outside the lake.
    var version: Int64?
    /// SHA-256 of the version's commit.
    var commit: String?
    /// The run that wrote the version, of a materialized view.
    var run: Int64?
    /// Those the query may have read; the others cannot hold a row that it asks for.
    var files: [File]
  }

  /// A calculator with its parameters.
  struct Method: Sendable, Hashable {
    var calculator: String
    var version: Int
    /// Name and value as SQL.
    var parameters: [String: String]
  }

  /// The query as printed.
  var statement: String
  var businessDate: String?
  var parameters: [String: String]
  var snapshot: Int64?
  /// The hash of the snapshot in the chained log.
  var chain: String?
  var engine: String
  var methods: [Method]
  var inputs: [Input]
  /// Names and types.
  var columns: [[String]]
  var rowCount: Int64
  /// As content hashes of runs are.
  var hash: String
  /// The first rows, values as SQL.
  var rows: [[String]]
  var actor: String
  /// In microseconds since the epoch.
  var time: Int64

  static let rowsMax = 100
  private static let format: Int64 = 1
}

// MARK: - JSON

extension Certificate {
  private var body: JSONObject {
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    func map(_ values: [String: String]) -> JSONValue {
      .object(
        JSONObject(
          values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) }))
    }
    func number(_ number: Int64?) -> JSONValue { number.map { .integer($0) } ?? .null }
    let inputs = inputs.map { input -> JSONValue in
      .object([
        "name": .string(input.name), "version": number(input.version),
        "commit": text(input.commit), "run": number(input.run),
        "files": .array(
          input.files.map {
            .object([
              "path": .string($0.path), "rows": .integer($0.rows), "sha256": .string($0.sha256),
            ])
          }),
      ])
    }
    let methods = methods.map { method -> JSONValue in
      .object([
        "calculator": .string(method.calculator), "version": .integer(Int64(method.version)),
        "parameters": map(method.parameters),
      ])
    }
    func lists(_ rows: [[String]]) -> JSONValue {
      .array(rows.map { .array($0.map { .string($0) }) })
    }
    let object = JSONValue.object([
      "tarnCertificate": .integer(Certificate.format), "statement": .string(statement),
      "asOf": text(businessDate), "parameters": map(parameters), "snapshot": number(snapshot),
      "chain": text(chain), "engine": .string(engine), "methods": .array(methods),
      "inputs": .array(inputs), "columns": lists(columns), "rowCount": .integer(rowCount),
      "hash": .string(hash), "rows": lists(rows), "actor": .string(actor),
      "time": .string(Timestamp(microseconds: time).description),
      "microseconds": .integer(time),
    ])
    return object.object ?? JSONObject()
  }

  private static func seal(_ body: JSONObject) -> String {
    SHA256.digest(JSONValue.object(body).bytes).hex
  }

  var bytes: [UInt8] {
    let body = body
    var lines = body.members.map { member in
      JSONValue.string(member.key).text + ": " + member.value.text
    }
    lines.append("\"certificate\": \"\(Certificate.seal(body))\"")
    return Array(("{\n" + lines.joined(separator: ",\n") + "\n}\n").utf8)
  }

  /// - Returns: The certificate, and whether it is as it was written.
  /// - Throws: `.source` for what is no certificate.
  static func read(
    _ bytes: [UInt8], name: String
  ) throws(QueryError) -> (certificate: Certificate, isWhole: Bool) {
    let fault = QueryError(
      .source, "'\(name)' is no certificate that this build understands",
      help: "PROVE SELECT … INTO 'file' writes one")
    guard let json = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
      var body = json.object, json["tarnCertificate"]?.int64 == format,
      let seal = json["certificate"]?.string, let certificate = Certificate(json)
    else { throw fault }
    body["certificate"] = nil
    return (certificate, Certificate.seal(body) == seal)
  }

  private init?(_ json: JSONValue) {
    func lists(_ key: String) -> [[String]]? {
      json[key]?.array?.compactMap { $0.array?.compactMap(\.string) }
    }
    func map(_ json: JSONValue?) -> [String: String] {
      var values: [String: String] = [:]
      for member in json?.object?.members ?? [] { values[member.key] = member.value.string }
      return values
    }
    guard let statement = json["statement"]?.string, let engine = json["engine"]?.string,
      let rowCount = json["rowCount"]?.int64, let hash = json["hash"]?.string,
      let columns = lists("columns"), let rows = lists("rows"),
      let inputs = json["inputs"]?.array, let methods = json["methods"]?.array
    else { return nil }
    self.init(
      statement: statement, businessDate: json["asOf"]?.string,
      parameters: map(json["parameters"]), snapshot: json["snapshot"]?.int64,
      chain: json["chain"]?.string, engine: engine, methods: [], inputs: [], columns: columns,
      rowCount: rowCount, hash: hash, rows: rows, actor: json["actor"]?.string ?? "",
      time: json["microseconds"]?.int64 ?? 0)
    for method in methods {
      guard let name = method["calculator"]?.string, let version = method["version"]?.int else {
        return nil
      }
      self.methods.append(
        Method(calculator: name, version: version, parameters: map(method["parameters"])))
    }
    for input in inputs {
      guard let name = input["name"]?.string, let files = input["files"]?.array else { return nil }
      var read = Input(
        name: name, version: input["version"]?.int64, commit: input["commit"]?.string,
        run: input["run"]?.int64, files: [])
      for file in files {
        guard let path = file["path"]?.string, let sha256 = file["sha256"]?.string else {
          return nil
        }
        read.files.append(File(path: path, rows: file["rows"]?.int64 ?? 0, sha256: sha256))
      }
      self.inputs.append(read)
    }
  }
}
