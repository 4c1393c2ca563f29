import Columnar
import QueryLanguage

// WITH: common tables, bound where they are read.

/// A common table in scope.
struct CommonTable {
  var expression: CommonTableExpression
  /// Equal for all references; tells tables of the same name apart.
  var id: Int
  var isRecursive = false
  /// How many queries stand around the WITH: their columns it may read.
  var depth = 0
}

/// The name of a recursive table inside its own definition.
struct WorkingTable {
  var name: Identifier
  var id: Int
  var schema: Schema
}

extension Binder {
  func bind(commonTable index: Int) throws(QueryError) -> Bound {
    let table = commonTables[index]
    let all = (commonTables, outerFrames)
    // A common table sees those before it, not itself, and the columns around its WITH.
    commonTables = Array(commonTables[..<index])
    let deeper = Array(outerFrames.dropFirst(table.depth))
    outerFrames = Array(outerFrames.prefix(table.depth))
    defer { (commonTables, outerFrames) = all }
    var bound: Bound
    if table.isRecursive, let recursive = try bind(recursive: table) {
      bound = recursive
    } else {
      bound = try bind(table.expression.query)
    }
    if !deeper.isEmpty { bound.plan = try bound.plan.reading(through: deeper) }
    let alias = TableAlias(table.expression.name, columns: table.expression.columns)
    try rename(&bound.scope, alias)
    let isShared = table.expression.isMaterialized ?? bound.plan.isWorthKeeping
    if isShared, !bound.plan.readsWorkingRows, !bound.plan.hasOuterColumns {
      bound.plan = .common(
        CommonNode(id: table.id, name: table.expression.name.text, plan: bound.plan))
    }
    return bound
  }

  /// The anchor and the step of a table that reads itself; nil when it does not.
  private func bind(recursive table: CommonTable) throws(QueryError) -> Bound? {
    let expression = table.expression
    guard case .setOperation(let operation) = expression.query.body, operation.kind == .union,
      !operation.isByName, expression.query.with == nil
    else { return nil }
    let anchor = try bind(operation.left)
    var names = anchor.plan.schema.names
    guard expression.columns.count <= names.count else { return nil }
    for (index, name) in expression.columns.enumerated() { names[index] = name.text }
    var types = anchor.plan.schema.fields.map(\.type)
    // The step may widen the anchor's types, and its own with them.
    for _ in 0..<4 {
      let schema = Schema(zip(names, types).map { Field($0, $1) })
      let known = (workingTables, reads)
      workingTables.append(WorkingTable(name: expression.name, id: table.id, schema: schema))
      defer { workingTables = known.0 }
      let step = try bind(operation.right)
      guard step.plan.readsWorkingRows else {
        reads = known.1
        return nil
      }
      guard
        expression.query.orderBy == nil, expression.query.limit == nil,
        expression.query.slices.isEmpty
      else {
        throw QueryError(
          .unsupported, "a recursive table takes neither ORDER BY nor LIMIT",
          help: "put them into the query that reads it", at: expression.name.range)
      }
      let wider = try widened(types, step.plan.schema, of: expression, at: operation)
      if wider == types {
        let node = RecursiveNode(
          id: table.id, name: expression.name.text, anchor: converted(anchor.plan, to: types),
          step: converted(step.plan, to: types), isAll: operation.isAll)
        return Bound(plan: .recursive(node), scope: Scope(schema: schema, qualifier: []))
      }
      types = wider
      reads = known.1
    }
    throw QueryError(
      .type, "the types of \"\(expression.name.text)\" grow with every step",
      help: "cast the columns of its last SELECT", at: expression.name.range)
  }

  private func widened(
    _ types: [DataType], _ step: Schema, of expression: CommonTableExpression,
    at operation: SetOperation
  ) throws(QueryError) -> [DataType] {
    guard step.count == types.count else {
      throw QueryError(
        .type,
        "the two parts of \"\(expression.name.text)\" have \(types.count) and "
          + "\(step.count) columns", at: operation.operatorRange)
    }
    var result: [DataType] = []
    for (type, field) in zip(types, step.fields) {
      guard let common = Coercion.common(type, field.type) else {
        throw QueryError(
          .type,
          "column \"\(field.name)\" of \"\(expression.name.text)\" is \(type.sqlName) first and "
            + "\(field.type.sqlName) then", help: "cast one of them", at: operation.operatorRange)
      }
      result.append(common)
    }
    return result
  }
}

extension LogicalPlan {
  /// Whether computing it twice costs more than keeping its rows: not for filtered scans.
  fileprivate var isWorthKeeping: Bool {
    switch self {
    case .scan, .values, .working: false
    case .filter(let input, _), .project(let input, _): input.isWorthKeeping
    default: true
    }
  }

  var readsWorkingRows: Bool {
    if case .working = self { return true }
    return inputs.contains(where: \.readsWorkingRows)
  }

  /// References to each common table.
  private func count(_ counts: inout [Int: Int]) {
    if case .common(let node) = self {
      counts[node.id, default: 0] += 1
      // What stands inside is computed once, whoever asks.
      if counts[node.id] != 1 { return }
    }
    for input in inputs { input.count(&counts) }
  }

  /// The plan with common tables that are read once put in their place.
  func inliningSingleReferences() throws(QueryError) -> LogicalPlan {
    var counts: [Int: Int] = [:]
    count(&counts)
    return try inlining(counts)
  }

  private func inlining(_ counts: [Int: Int]) throws(QueryError) -> LogicalPlan {
    if case .common(let node) = self, counts[node.id] == 1 {
      return try node.plan.inlining(counts)
    }
    return try mapInputs { input throws(QueryError) in try input.inlining(counts) }
  }
}
