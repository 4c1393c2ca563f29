import Columnar
package import LakeCatalog
package import QueryEngine

/// From which columns of which tables the columns of a query come.
///
/// Through filters, join keys and groupings a row depends on more columns than its values do; those
/// are the edges without an output column: the whole table is an input.
package enum QueryLineage {
  private struct Source: Hashable, Comparable {
    var table: String
    var column: String

    static func < (left: Source, right: Source) -> Bool {
      (left.table, left.column) < (right.table, right.column)
    }
  }

  /// First one edge for each table that is read, then those of each column, in its order.
  package static func edges(of query: BoundQuery) -> [LineageEdge] {
    var edges = Set(query.reads.map(\.name)).sorted().map {
      LineageEdge(outputColumn: nil, inputTable: $0, inputColumn: nil)
    }
    for (name, sources) in zip(query.schema.names, sources(of: query.plan)) {
      edges += sources.sorted().map {
        LineageEdge(outputColumn: name, inputTable: $0.table, inputColumn: $0.column)
      }
    }
    return edges
  }

  /// For each column of the plan.
  private static func sources(of plan: LogicalPlan) -> [Set<Source>] {
    let width = plan.schema.count
    switch plan {
    case .values, .working: return Array(repeating: [], count: width)
    case .scan(let node):
      let names = node.table.source.schema.names
      return node.columns.map { [Source(table: node.table.name, column: names[$0])] }
    case .filter(let input, _), .sort(let input, _), .limit(let input, _, _), .distinct(let input):
      return sources(of: input)
    case .project(let input, let expressions):
      let below = sources(of: input)
      return expressions.map { union($0.expression, below) }
    case .aggregate(let node):
      let below = sources(of: node.input)
      let groups = node.groups.map { union($0.expression, below) }
      let calls = node.aggregates.map { call in
        call.arguments.reduce(into: Set<Source>()) { $0.formUnion(union($1, below)) }
      }
      return padded(groups + calls, width)
    case .window(let node):
      let below = sources(of: node.input)
      let calls = node.calls.map { call in
        (call.arguments + call.partitionBy).reduce(into: Set<Source>()) {
          $0.formUnion(union($1, below))
        }
      }
      return padded(below + calls, width)
    case .join(let node): return padded(sources(of: node.left) + sources(of: node.right), width)
    case .setOperation(let node):
      return zip(sources(of: node.left), sources(of: node.right)).map { $0.union($1) }
    case .tableFunction(let node):
      // What a calculator does inside is its own: each result can come from all it reads.
      var all: Set<Source> = []
      for (_, input) in node.inputs { for one in sources(of: input) { all.formUnion(one) } }
      return Array(repeating: all, count: width)
    case .unnest(let node):
      let below = sources(of: node.input)
      return padded(below + node.lists.map { union($0.expression, below) }, width)
    case .common(let node): return sources(of: node.plan)
    case .recursive(let node):
      return zip(sources(of: node.anchor), sources(of: node.step)).map { $0.union($1) }
    }
  }

  private static func padded(_ sources: [Set<Source>], _ width: Int) -> [Set<Source>] {
    Array(sources.prefix(width)) + Array(repeating: [], count: max(0, width - sources.count))
  }

  private static func union(_ expression: BoundExpression, _ below: [Set<Source>]) -> Set<Source> {
    var found: Set<Source> = []
    for column in expression.columns where below.indices.contains(column) {
      found.formUnion(below[column])
    }
    return found
  }
}
