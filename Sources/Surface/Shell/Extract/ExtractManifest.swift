import FileStorage
import Lakehouse
import Reports

/// What `manifest.json` of an extract tells: where every file's numbers come from.
struct ExtractManifest {
  struct File {
    var name: String
    var bytes: Int
    var digest: FileDigest
  }

  /// One statement and its files.
  struct Part {
    var statement: String
    var rows: Int
    var columns: Int
    var businessDate: String?
    /// Tables with their versions.
    var reads: [String]
    var files: [File]
  }

  var name: String
  var version: Int
  /// The manifest of the version before.
  var superseded: FileDigest?
  var created: String
  var actor: String
  var engine: String
  var build: FileDigest?
  var snapshot: (number: Int64, hash: String)?
  var knownAt: String?
  var parameters: [String: String]
  var parts: [Part]

  /// The whole file; JSON with one member a line.
  var text: String {
    var text = "{\n"
    text += "  \"format\": \"tarn-extract/1\",\n"
    text += "  \"name\": \(quoted(name)),\n  \"version\": \(version),\n"
    let before = superseded.map {
      "{\"version\": \(version - 1), \"manifest_sha256\": \"\($0.hex)\"}"
    }
    text += "  \"supersedes\": \(before ?? "null"),\n"
    text += "  \"created\": \(quoted(created)),\n  \"actor\": \(quoted(actor)),\n"
    text += "  \"engine\": {\"name\": \(quoted(engine)), "
    text += "\"executable_sha256\": \(optional(build?.hex))},\n"
    let state = snapshot.map { "{\"number\": \($0.number), \"sha256\": \(quoted($0.hash))}" }
    text += "  \"snapshot\": \(state ?? "null"),\n  \"known_at\": \(optional(knownAt)),\n"
    let values = parameters.sorted { $0.key < $1.key }.map {
      "\(quoted($0.key)): \(quoted($0.value))"
    }
    text += "  \"parameters\": {\(values.joined(separator: ", "))},\n"
    text +=
      "  \"csv\": \"RFC 4180 in UTF-8 with header; NULL is empty, an empty text is \\\"\\\"; text that a "
    text += "spreadsheet would take for a formula has an apostrophe before it\",\n"
    text += "  \"xml\": \"XML 1.0, namespace \(XMLSink.namespace); NULL is xsi:nil\",\n"
    text += "  \"statements\": [\n" + parts.map(part).joined(separator: ",\n") + "\n  ]\n}\n"
    return text
  }

  private func part(_ part: Part) -> String {
    let files = part.files.map {
      "        {\"name\": \(quoted($0.name)), \"bytes\": \($0.bytes), \"sha256\": \"\($0.digest.hex)\"}"
    }
    var text = "    {\n      \"statement\": \(quoted(part.statement)),\n"
    text += "      \"statement_sha256\": \"\(SHA256.digest(part.statement).hex)\",\n"
    text += "      \"rows\": \(part.rows),\n      \"columns\": \(part.columns),\n"
    text += "      \"business_date\": \(optional(part.businessDate)),\n"
    text += "      \"reads\": [\(part.reads.map(quoted).joined(separator: ", "))],\n"
    text += "      \"files\": [\n" + files.joined(separator: ",\n") + "\n      ]\n    }"
    return text
  }

  /// Lines as `sha256sum -c` reads them.
  static func sums(_ files: [File]) -> String {
    files.map { "\($0.digest.hex)  \($0.name)\n" }.joined()
  }

  private func quoted(_ text: String) -> String { TextDialect.json.escaped(text) }
  private func optional(_ text: String?) -> String { text.map(quoted) ?? "null" }
}
