package import Columnar

extension QueryError {
  /// More text or members of lists than a column holds.
  package init(_ overflow: ColumnOverflow) {
    self.init(.memory, overflow.message, help: ColumnOverflow.help)
  }

  /// More text in one batch of rows than a column holds.
  static func textOverflow(_ byteCount: Int) -> QueryError {
    QueryError(
      ColumnOverflow(content: .text, count: byteCount, limit: ColumnOverflow.largest))
  }
}

extension Column {
  /// `concatenate`, with the error of a query.
  static func joined(_ parts: [Column]) throws(QueryError) -> Column {
    do throws(ColumnOverflow) { return try concatenate(parts) } catch { throw QueryError(error) }
  }
}

extension Batch {
  /// `concatenate`, with the error of a query.
  package static func joined(_ parts: [Batch], schema: Schema) throws(QueryError) -> Batch {
    do throws(ColumnOverflow) { return try concatenate(parts, schema: schema) } catch {
      throw QueryError(error)
    }
  }
}
