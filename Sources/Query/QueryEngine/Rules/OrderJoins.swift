import Columnar

/// Orders chains of inner joins: the largest input streams through, the others become tables in
/// memory, each as soon as an equality ties it to what is there.
///
/// Small inputs stay as written. Rows keep a fixed order, though another one.
package struct OrderJoins: PlanRule {
  package let name = "order joins"

  /// Below this many rows the order does not matter.
  private static let rowsMin = 10_000.0
  /// An input must be this much larger to change places with a neighbour.
  private static let advantage = 2.0

  package init() {}

  package func apply(to plan: LogicalPlan) throws(QueryError) -> LogicalPlan {
    guard case .join(let node) = plan, OrderJoins.isInner(node) else {
      return try plan.mapInputs { input throws(QueryError) in try apply(to: input) }
    }
    var chain = JoinChain()
    chain.flatten(plan)
    for index in chain.inputs.indices {
      chain.inputs[index].plan = try apply(to: chain.inputs[index].plan)
    }
    let sizes = chain.inputs.map { RowEstimate.of($0.plan) }
    guard (sizes.max() ?? 0) >= OrderJoins.rowsMin, let order = chain.order(sizes) else {
      return try plan.mapInputs { input throws(QueryError) in try apply(to: input) }
    }
    return chain.joined(in: order, schema: plan.schema)
  }

  fileprivate static func isInner(_ node: JoinNode) -> Bool {
    node.kind == .inner && node.asOf == nil
  }

  /// Inner joins taken apart: inputs and the conditions between them.
  private struct JoinChain {
    struct Input {
      var plan: LogicalPlan
      /// Its first column among the columns of all inputs as written.
      var start: Int
      var width: Int
      var columns: Range<Int> { start..<start + width }
    }
    var inputs: [Input] = []
    /// Over the columns of all inputs as written.
    var conditions: [BoundExpression] = []
    private var width = 0

    mutating func flatten(_ plan: LogicalPlan) {
      guard case .join(let node) = plan, OrderJoins.isInner(node) else {
        let count = plan.schema.count
        inputs.append(Input(plan: plan, start: width, width: count))
        width += count
        return
      }
      let start = width
      flatten(node.left)
      let middle = width
      flatten(node.right)
      for key in node.keys {
        let left = key.left.shifted(by: start)
        let right = key.right.shifted(by: middle)
        conditions.append(
          key.nullsMatch
            ? .isDistinct(left, right, negated: true) : .comparison(.equal, left, right))
      }
      conditions += node.residual.map { $0.shifted(by: start).conjuncts } ?? []
    }

    private func owners(_ expression: BoundExpression) -> Set<Int> {
      Set(
        expression.columns.compactMap { column in
          inputs.firstIndex { $0.columns.contains(column) }
        })
    }

    /// A better order of the inputs; nil when the written one is as good.
    func order(_ sizes: [Double]) -> [Int]? {
      let links = conditions.map(owners)
      func isLinked(_ input: Int, _ done: [Int]) -> Bool {
        links.contains { link in
          link.count > 1 && link.contains(input)
            && link.allSatisfy { $0 == input || done.contains($0) }
        }
      }
      // The first input stays in front unless another is clearly larger.
      var first = 0
      for index in inputs.indices where sizes[index] > sizes[first] * OrderJoins.advantage {
        first = index
      }
      var order = [first]
      while order.count < inputs.count {
        let rest = inputs.indices.filter { !order.contains($0) }
        let linked = rest.filter { isLinked($0, order) }
        let candidates = linked.isEmpty ? rest : linked
        guard let next = candidates.min(by: { sizes[$0] < sizes[$1] }) else { return nil }
        order.append(next)
      }
      return order == Array(inputs.indices) ? nil : order
    }

    /// The joins in the order given, with the columns where they were.
    func joined(in order: [Int], schema: Schema) -> LogicalPlan {
      var places: [Int: Int] = [:]
      func take(_ input: Int, at start: Int) {
        for column in inputs[input].columns {
          places[column] = start + column - inputs[input].start
        }
      }
      take(order[0], at: 0)
      var plan = inputs[order[0]].plan
      var open = conditions
      for (step, index) in order.enumerated().dropFirst() {
        let width = plan.schema.count
        take(index, at: width)
        var node = JoinNode(kind: .inner, left: plan, right: inputs[index].plan, keys: [])
        var residual: [BoundExpression] = []
        var later: [BoundExpression] = []
        let isLast = step == order.count - 1
        for condition in open {
          let isReady = condition.columns.allSatisfy { places[$0] != nil }
          // What could fail waits until every other condition has spoken.
          guard isReady, isLast || condition.isSafe else {
            later.append(condition)
            continue
          }
          let moved = condition.remapped(places)
          if let sides = JoinSides(moved, leftWidth: width), sides.comparison == .equal {
            node.keys.append(
              .init(
                left: sides.left, right: sides.right.shifted(by: -width),
                nullsMatch: sides.nullsMatch))
          } else {
            residual.append(moved)
          }
        }
        open = later
        node.residual = BoundExpression.conjunction(residual)
        plan = .join(node)
      }
      return .project(
        plan,
        schema.fields.enumerated().map { index, field in
          ProjectedExpression(field.name, .column(places[index] ?? index, field.type))
        })
    }
  }
}
