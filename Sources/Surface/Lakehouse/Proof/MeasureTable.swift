import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Finds the table that a measure without FROM or OF must mean.
struct MeasureTable {
  let resolver: LakeResolver
  let lake: Lake
  /// Only materialized views are looked at.
  var onlyViews = false

  /// - Throws: `.name` when none or several have all columns of the expressions.
  func table(of expressions: [Expression]) throws(QueryError) -> QualifiedName {
    let columns = expressions.flatMap(\.columnNames)
    let written = columns.map(\.dotted).joined(separator: ", ")
    let range = columns.first?.range
    var found: [String] = []
    do throws(CatalogError) {
      let head = try resolver.currentSnapshot(in: lake)
      let views = Set(
        try lake.catalog.views(at: head.id).filter { !$0.outputTable.isEmpty }
          .map(\.qualifiedName))
      for record in try lake.catalog.tables(at: head.id)
      where !onlyViews || views.contains(record.qualifiedName) {
        guard let version = try lake.catalog.version(of: record.id, at: head.id) else { continue }
        let schema = try lake.schemas.shape(
          of: record, version: version.version, in: lake.catalog
        ).schema
        let hasAll = columns.allSatisfy { name in
          schema.names.contains { name.name.matches($0) }
        }
        if hasAll, !columns.isEmpty { found.append(record.qualifiedName) }
      }
      // A view is what people ask about, where a table it is made from has the column too.
      let ofViews = found.filter(views.contains)
      if ofViews.count == 1 { found = ofViews }
    } catch {
      throw QueryError(error, at: range)
    }
    guard found.count == 1 else {
      let place = onlyViews ? "OF view" : "FROM table"
      throw QueryError(
        .name,
        found.isEmpty
          ? "no \(onlyViews ? "materialized view" : "table or view") has the columns \(written)"
          : "several have the columns \(written): \(found.sorted().joined(separator: ", "))",
        help: "say which with \(place)", at: range)
    }
    return QualifiedName(found[0].split(separator: ".").map { Identifier.exact(String($0)) })
  }
}
