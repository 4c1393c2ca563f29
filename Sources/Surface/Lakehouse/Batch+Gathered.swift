package import Columnar
import QueryEngine

extension Batch {
  /// All rows of all parts; more text than a column holds is an error.
  package static func gathered(_ parts: [Batch], schema: Schema) throws(LakeError) -> Batch {
    do throws(QueryError) { return try joined(parts, schema: schema) } catch {
      throw LakeError(error)
    }
  }
}
