package import QueryEngine

/// Which views read which tables, and the order in which they can be rebuilt.
///
/// Edges come from what each bound query reads, and from nowhere else.
package struct ViewGraph: Sendable {
  /// Every view after all views that it reads; independent ones by name.
  package let order: [String]
  /// What each view reads, by its name: tables and views alike.
  package let reads: [String: Set<String>]

  /// - Throws: `.constraint` naming the cycle, when views read each other in a circle.
  package init(reads: [String: Set<String>]) throws(QueryError) {
    self.reads = reads
    var order: [String] = []
    var done: Set<String> = []
    var path: [String] = []
    for name in reads.keys.sorted() {
      try ViewGraph.visit(name, reads, &path, &done, &order)
    }
    self.order = order
  }

  private static func visit(
    _ name: String, _ reads: [String: Set<String>], _ path: inout [String],
    _ done: inout Set<String>, _ order: inout [String]
  ) throws(QueryError) {
    guard let inputs = reads[name], !done.contains(name) else { return }
    if let start = path.firstIndex(of: name) {
      let cycle = (path[start...] + [name]).joined(separator: " reads ")
      throw QueryError(
        .constraint, "the views read each other in a circle: \(cycle)",
        help: "change one of their definitions")
    }
    path.append(name)
    for input in inputs.sorted() { try visit(input, reads, &path, &done, &order) }
    path.removeLast()
    done.insert(name)
    order.append(name)
  }

  /// The views that a view reads directly.
  package func viewInputs(of name: String) -> [String] {
    (reads[name] ?? []).filter { reads[$0] != nil }.sorted()
  }

  /// The views among `names` and all views that they depend on, in order.
  package func upstream(of names: Set<String>) -> [String] {
    var wanted = names
    for name in order.reversed() where wanted.contains(name) {
      wanted.formUnion(viewInputs(of: name))
    }
    return order.filter { wanted.contains($0) }
  }
}
