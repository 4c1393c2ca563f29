/// A note of the writer.
package struct KeyValue: Sendable, Hashable {
  package var key: String
  package var value: String?

  package init(
    key: String, value: String? = nil
  ) {
    self.key = key
    self.value = value
  }
}

extension KeyValue: CompactStructure {
  package init(from reader: inout CompactReader) throws(ParquetError) {
    var key: String?
    var value: String?
    try reader.beginStructure()
    var last = 0
    while let field = try reader.nextField(&last) {
      switch field.id {
      case 1: key = try reader.string(field)
      case 2: value = try reader.string(field)
      default: try reader.skip(field)
      }
    }
    self.key = try reader.required(key, "key of KeyValue")
    self.value = value
  }

  package func write(to writer: inout CompactWriter) {
    writer.structure { writer in
      writer.field(1, key)
      writer.field(2, value)
    }
  }
}
