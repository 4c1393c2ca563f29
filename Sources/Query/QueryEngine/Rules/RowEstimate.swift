import Columnar

/// Roughly how many rows a plan gives; only good for comparing inputs of a join.
enum RowEstimate {
  /// A table that does not know its size.
  private static let unknown = 1_000_000.0

  static func of(_ plan: LogicalPlan) -> Double {
    switch plan {
    case .scan(let node):
      let rows = node.table.source.rowCount.map(Double.init) ?? unknown
      return rows * selectivity(node.filter)
    case .values(let batch): return Double(batch.rowCount)
    case .filter(let input, let predicate): return of(input) * selectivity(predicate)
    case .project(let input, _), .sort(let input, _): return of(input)
    case .window(let node): return of(node.input)
    case .unnest(let node): return of(node.input) * 10
    case .distinct(let input): return of(input) / 2
    case .limit(let input, let count, _): return min(of(input), Double(count ?? .max))
    case .aggregate(let node): return node.groups.isEmpty ? 1 : of(node.input) / 5
    case .join(let node):
      switch node.kind {
      case .semi, .anti: return of(node.left) / 2
      case .mark: return of(node.left)
      default:
        let (left, right) = (of(node.left), of(node.right))
        return node.keys.isEmpty ? left * right : max(left, right)
      }
    case .setOperation(let node): return of(node.left) + of(node.right)
    case .common(let node): return of(node.plan)
    case .recursive(let node): return of(node.anchor) * 10
    case .working: return 1_000
    case .tableFunction(let node):
      return node.inputs.reduce(1) { max($0, of($1.plan)) }
    }
  }

  private static func selectivity(_ predicate: BoundExpression?) -> Double {
    (predicate?.conjuncts ?? []).reduce(1) { $0 * selectivity(of: $1) }
  }

  private static func selectivity(of condition: BoundExpression) -> Double {
    switch condition {
    case .comparison(.equal, _, _), .isNull(_, negated: false): 0.1
    case .comparison(.notEqual, _, _), .isNull(_, negated: true): 0.9
    case .inList(_, _, _, let negated): negated ? 0.9 : 0.2
    case .comparison, .like: 0.3
    case .constant(.boolean(false), _): 0
    default: 0.5
    }
  }
}
