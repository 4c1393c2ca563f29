package import Columnar

/// A calculator: tables and parameters in, one table out; a pure function of them.
package protocol TableFunction: Sendable {
  var name: String { get }
  var parameters: [TableFunctionParameter] { get }
  /// One paragraph: what it computes, by which rule, with which conventions, units and signs.
  var documentation: String { get }
  /// Rises when the same input would give another answer.
  var methodVersion: Int { get }
  /// Which business dates of the inputs an output date depends on.
  var window: BusinessDateWindow { get }

  /// Checks the inputs' schemas and the constants, before anything is read.
  ///
  /// - Throws: `.type` or `.name`, saying which column of which table was expected.
  func bind(_ arguments: TableFunctionArguments) throws(QueryError) -> BoundTableFunction
}

package enum BusinessDateWindow: Sendable, Hashable {
  case same
  case businessDays(Int)
  case all
}

package struct TableFunctionParameter: Sendable {
  package enum Kind: Sendable {
    /// A table; a default names one, such as `ref.lcr_factors`, bound by the planner and part of the
    /// lineage.
    case table(defaultName: String?)
    case scalar(DataType, defaultValue: Value?)
  }
  package var name: String
  package var kind: Kind
  package var documentation: String

  package init(_ name: String, _ kind: Kind, _ documentation: String) {
    self.name = name
    self.kind = kind
    self.documentation = documentation
  }
}

package struct TableFunctionArguments: Sendable {
  /// Schemas of the table arguments, by parameter name.
  package var tables: [String: Schema]
  /// Constants by parameter name, defaults filled in.
  package var scalars: [String: Value]

  package init(tables: [String: Schema], scalars: [String: Value]) {
    self.tables = tables
    self.scalars = scalars
  }
}

package struct BoundTableFunction: Sendable {
  package var schema: Schema
  /// By parameter name, the columns it reads (positions in the input's schema); what `run` gets has
  /// exactly these, in this order.
  package var columns: [String: [Int]]
  /// The position of the business date in the output, when there is one.
  package var businessDate: Int?
  /// Reads all inputs (each as its batches in scan order) and gives the result, its rows in an order
  /// that does not depend on the order of the inputs' rows.
  package var run:
    @Sendable (_ inputs: [String: [Batch]], _ context: ExecutionContext) throws(QueryError) ->
      [Batch]

  package init(
    schema: Schema, columns: [String: [Int]], businessDate: Int? = nil,
    run:
      @escaping @Sendable (_ inputs: [String: [Batch]], _ context: ExecutionContext)
      throws(QueryError) -> [Batch]
  ) {
    self.schema = schema
    self.columns = columns
    self.businessDate = businessDate
    self.run = run
  }
}
