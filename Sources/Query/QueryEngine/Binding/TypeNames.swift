package import Columnar
package import QueryLanguage

extension DataType {
  /// The type that a written type name means.
  ///
  /// - Throws: `.type` for names that no column can have (`interval`).
  package init(_ name: TypeName) throws(QueryError) {
    switch name.kind {
    case .boolean: self = .boolean
    case .int32: self = .int32
    case .int64: self = .int64
    case .float: self = .float
    case .double: self = .double
    case .decimal(let precision, let scale): self = .decimal(precision: precision, scale: scale)
    case .string: self = .string
    case .date: self = .date
    case .timestamp: self = .timestamp
    case .binary: self = .binary
    case .list(let element): self = .list(element: Field("element", try DataType(element)))
    case .vector(let length): self = .vector(length: length)
    case .interval:
      throw QueryError(
        .type, "a column or cast cannot be of type interval",
        help: "use an interval literal in date arithmetic: d + INTERVAL '1' MONTH", at: name.range)
    }
  }
}
