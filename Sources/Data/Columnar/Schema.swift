/// A named, typed column or nested member.
package struct Field: Sendable, Hashable {
  package var name: String
  package var type: DataType
  package var isNullable: Bool

  package init(_ name: String, _ type: DataType, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

/// The columns of a table or batch, in order.
///
/// Names are kept as written; lookup ignores ASCII case, because Delta's column names do.
package struct Schema: Sendable, Hashable {
  package var fields: [Field]

  package init(_ fields: [Field]) { self.fields = fields }

  package var count: Int { fields.count }
  package var names: [String] { fields.map(\.name) }

  package subscript(_ index: Int) -> Field { fields[index] }

  /// The position of the column with that name, ignoring ASCII case; an exact match wins.
  ///
  /// - Complexity: O(columns); callers bind once per statement.
  package func index(of name: String) -> Int? {
    if let exact = fields.firstIndex(where: { $0.name == name }) { return exact }
    let lowered = name.lowercased()
    return fields.firstIndex { $0.name.lowercased() == lowered }
  }

  package func projected(to columns: [Int]) -> Schema { Schema(columns.map { fields[$0] }) }
}
