import JSONText

/// The `domainMetadata` action: a named configuration of its own ("Domain Metadata").
package struct DomainMetadata: Sendable, Hashable {
  package var domain: String
  package var configuration: String
  package var removed: Bool

  package init(domain: String, configuration: String, removed: Bool = false) {
    self.domain = domain
    self.configuration = configuration
    self.removed = removed
  }

  init(_ cursor: inout JSONCursor) throws(JSONError) {
    var domain: String?
    configuration = ""
    removed = false
    try cursor.beginObject()
    while let key = try cursor.nextKey() {
      switch key {
      case "domain": domain = try cursor.readString()
      case "configuration": configuration = try cursor.readOptionalString() ?? ""
      case "removed": removed = try cursor.readOptionalBool() ?? false
      default: try cursor.skipValue()
      }
    }
    self.domain = try cursor.require(domain, "domain")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("domain", domain)
    writer.member("configuration", configuration)
    writer.member("removed", removed)
    writer.endObject()
  }
}
