package import Columnar

extension BoundExpression {
  /// The direct operands.
  package var children: [BoundExpression] {
    switch self {
    case .constant, .column: []
    case .arithmetic(_, let left, let right, _), .comparison(_, let left, let right),
      .isDistinct(let left, let right, _):
      [left, right]
    case .negate(let operand), .not(let operand), .isNull(let operand, _),
      .inList(let operand, _, _, _), .cast(let operand, _, _):
      [operand]
    case .and(let members), .or(let members), .list(let members, _), .call(_, let members, _):
      members
    case .like(let value, let pattern, _, _, _): [value, pattern]
    case .caseWhen(let branches, let otherwise, _):
      branches.flatMap { [$0.condition, $0.result] } + (otherwise.map { [$0] } ?? [])
    }
  }

  /// The tree with every node that `replacement` answers for replaced, outermost first.
  package func rewritten(
    _ replacement: (BoundExpression) throws(QueryError) -> BoundExpression?
  ) throws(QueryError) -> BoundExpression {
    if let replaced = try replacement(self) { return replaced }
    func each(_ members: [BoundExpression]) throws(QueryError) -> [BoundExpression] {
      var result: [BoundExpression] = []
      for member in members { result.append(try member.rewritten(replacement)) }
      return result
    }
    switch self {
    case .constant, .column: return self
    case .arithmetic(let operation, let left, let right, let type):
      return .arithmetic(
        operation, try left.rewritten(replacement), try right.rewritten(replacement), type)
    case .negate(let operand): return .negate(try operand.rewritten(replacement))
    case .comparison(let operation, let left, let right):
      return .comparison(
        operation, try left.rewritten(replacement), try right.rewritten(replacement))
    case .isDistinct(let left, let right, let negated):
      return .isDistinct(
        try left.rewritten(replacement), try right.rewritten(replacement), negated: negated)
    case .and(let members): return .and(try each(members))
    case .or(let members): return .or(try each(members))
    case .not(let operand): return .not(try operand.rewritten(replacement))
    case .isNull(let operand, let negated):
      return .isNull(try operand.rewritten(replacement), negated: negated)
    case .inList(let operand, let values, let hasNull, let negated):
      return .inList(
        try operand.rewritten(replacement), values, hasNull: hasNull, negated: negated)
    case .like(let value, let pattern, let escape, let ignoreCase, let negated):
      return .like(
        try value.rewritten(replacement), pattern: try pattern.rewritten(replacement),
        escape: escape, ignoreCase: ignoreCase, negated: negated)
    case .caseWhen(let branches, let otherwise, let type):
      var rewritten: [CaseBranch] = []
      for branch in branches {
        rewritten.append(
          CaseBranch(
            condition: try branch.condition.rewritten(replacement),
            result: try branch.result.rewritten(replacement)))
      }
      return .caseWhen(
        rewritten, otherwise: try otherwise?.rewritten(replacement), type)
    case .cast(let operand, let type, let isTry):
      return .cast(try operand.rewritten(replacement), type, isTry: isTry)
    case .call(let function, let arguments, let type):
      return .call(function, try each(arguments), type)
    case .list(let members, let element): return .list(try each(members), element: element)
    }
  }

  /// The expression over other positions: column *i* becomes `positions[i]`.
  package func remapped(_ positions: [Int: Int]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, let type) = node else { return nil }
      return .column(positions[index] ?? index, type)
    }
    return result ?? self
  }

  /// The expression with every column replaced by the expression that makes it.
  package func inlined(_ expressions: [BoundExpression]) -> BoundExpression {
    let result = try? rewritten { node throws(QueryError) in
      guard case .column(let index, _) = node else { return nil }
      return expressions[index]
    }
    return result ?? self
  }

  /// Input positions that the expression reads.
  package var columns: Set<Int> {
    if case .column(let index, _) = self { return [index] }
    return children.reduce(into: []) { $0.formUnion($1.columns) }
  }

  /// The members of a conjunction, flat; the expression itself when it is none.
  package var conjuncts: [BoundExpression] {
    if case .and(let members) = self { return members.flatMap(\.conjuncts) }
    return [self]
  }

  /// The conjunction of predicates; nil of none.
  package static func conjunction(_ members: [BoundExpression]) -> BoundExpression? {
    members.count > 1 ? .and(members) : members.first
  }

  /// The constant, when the expression is one.
  package var constant: Value? { if case .constant(let value, _) = self { value } else { nil } }
}
