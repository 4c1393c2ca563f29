package import Columnar
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

  /// The value as it is written in a statement.
  package static func literal(_ value: Value) -> String { ValueText.sql(value) }
}
