import Columnar
import FileStorage
import JSONText

/// A record that has a place in the lake log: what is written reads back the same.
protocol LogRecord {
  func write(to json: inout JSONWriter)
  init(_ json: JSONValue) throws(CatalogError)
}

extension JSONWriter {
  mutating func records(_ name: String, _ records: [some LogRecord]) {
    if records.isEmpty { return }
    key(name)
    beginArray()
    for record in records { record.write(to: &self) }
    endArray()
  }

  mutating func optional(_ name: String, _ text: String?) {
    if let text { member(name, text) }
  }

  mutating func optional(_ name: String, _ number: Int64?) {
    if let number { member(name, number) }
  }

  mutating func strings(_ name: String, _ values: [String]) {
    if !values.isEmpty { member(name, values) }
  }
}

/// Typed access to a JSON object of the lake log; a member that is missing or of another type is
/// damage, and the error names it.
struct LogObject {
  let json: JSONValue
  let what: String

  init(_ json: JSONValue, _ what: String) {
    self.json = json
    self.what = what
  }

  private func require<Found>(_ name: String, _ value: Found?) throws(CatalogError) -> Found {
    guard let value else {
      throw .corrupted("the lake log has a \(what) without a proper '\(name)'")
    }
    return value
  }

  func string(_ name: String) throws(CatalogError) -> String {
    try require(name, json[name]?.string)
  }

  func integer(_ name: String) throws(CatalogError) -> Int64 {
    try require(name, json[name]?.int64)
  }

  func digest(_ name: String) throws(CatalogError) -> FileDigest {
    try require(name, json[name]?.string.flatMap(FileDigest.init(hex:)))
  }

  func date(_ name: String) throws(CatalogError) -> CalendarDate {
    try require(name, json[name]?.string.flatMap { CalendarDate($0) })
  }

  func optionalString(_ name: String) -> String? { json[name]?.string }
  func optionalInteger(_ name: String) -> Int64? { json[name]?.int64 }
  func optionalDigest(_ name: String) -> FileDigest? {
    optionalString(name).flatMap(FileDigest.init(hex:))
  }

  func strings(_ name: String) -> [String] { (json[name]?.array ?? []).compactMap(\.string) }
  func integers(_ name: String) -> [Int64] { (json[name]?.array ?? []).compactMap(\.int64) }

  func records<Record: LogRecord>(_ name: String) throws(CatalogError) -> [Record] {
    var records: [Record] = []
    for element in json[name]?.array ?? [] { records.append(try Record(element)) }
    return records
  }
}
