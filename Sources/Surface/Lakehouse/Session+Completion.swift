package import Columnar
import FileStorage
import LakeCatalog
import QueryEngine
import RiskCalculators

extension Session {
  /// The functions of expressions, lower case, ascending.
  package var functionNames: [String] {
    let aggregates = AggregateFunction.allCases.map(\.rawValue).filter { $0 != "count_star" }
    return Set(ScalarFunctions.names + aggregates + ["cast", "extract", "try_cast"]).sorted()
  }

  /// The functions that give a table: calculators.
  package var tableFunctionNames: [String] { Calculators.all.map(\.name).sorted() }

  /// The names of the tags, ascending.
  package func tagNames() throws(LakeError) -> [String] {
    do throws(CatalogError) {
      return try workspace.lake().catalog.tags().map(\.name).sorted()
    } catch {
      throw LakeError(error)
    }
  }

  /// The names of the measures, ascending.
  package func measureNames() throws(LakeError) -> [String] {
    do throws(CatalogError) {
      let lake = try workspace.lake()
      let head = try lake.catalog.head()
      let batch = try DefinitionTables.measures(at: head, in: lake)
      return (0..<batch.rowCount).compactMap { row in
        if case .string(let name) = batch.columns[0].value(row) { name } else { nil }
      }.sorted()
    } catch {
      throw LakeError(error)
    }
  }

  /// The lake's snapshot that the branch in use started from.
  ///
  /// - Throws: On the lake itself.
  package func branchStart() throws(LakeError) -> Int64 {
    do throws(CatalogError) {
      if let start = try Branches.start(of: try workspace.lake()) { return start }
    } catch {
      throw LakeError(error)
    }
    throw LakeError(.usage, "there is no branch in use")
  }

  /// Bytes that this process has read from files, statements of other sessions among them.
  package static var bytesRead: Int { FileTraffic.bytesRead }

  /// The value as it is written in a statement.
  package static func literal(_ value: Value) -> String { ValueText.sql(value) }
}
