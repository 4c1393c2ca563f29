package import Columnar

/// A plan as indented text, one operator a line, inputs below: what EXPLAIN shows.
package enum PlanPrinter {
  package static func print(_ plan: LogicalPlan) -> String {
    var lines: [String] = []
    write(plan, indent: 0, into: &lines)
    return lines.joined(separator: "\n")
  }

  private static func write(_ plan: LogicalPlan, indent: Int, into lines: inout [String]) {
    lines.append(String(repeating: "  ", count: indent) + title(plan))
    for input in plan.inputs { write(input, indent: indent + 1, into: &lines) }
  }

  private static func title(_ plan: LogicalPlan) -> String {
    switch plan {
    case .scan(let node): return title(node)
    case .values(let batch): return "VALUES (\(batch.rowCount) rows)"
    case .filter(let input, let predicate): return "FILTER " + text(predicate, input.schema)
    case .project(let input, let expressions):
      return "PROJECT "
        + expressions.map { named($0, input.schema) }.joined(separator: ", ")
    case .aggregate(let node):
      let groups = node.groups.map { text($0.expression, node.input.schema) }
      let calls = node.aggregates.map { text($0, node.input.schema) }
      let sets = node.groupingSets.count > 1 ? " in \(node.groupingSets.count) grouping sets" : ""
      return "AGGREGATE " + calls.joined(separator: ", ")
        + (groups.isEmpty ? "" : " BY " + groups.joined(separator: ", ")) + sets
    case .join(let node): return title(node)
    case .sort(let input, let keys):
      return "SORT " + keys.map { text($0, input.schema) }.joined(separator: ", ")
    case .limit(_, let count, let offset):
      return "LIMIT " + (count.map(String.init) ?? "ALL") + (offset > 0 ? " OFFSET \(offset)" : "")
    case .distinct: return "DISTINCT"
    case .setOperation(let node): return "SET OPERATION \(node.kind.rawValue)"
    case .common(let node): return "COMMON TABLE \(node.name)"
    case .recursive(let node):
      return "RECURSIVE \(node.name) UNION" + (node.isAll ? " ALL" : "")
    case .working: return "ROWS OF THE STEP BEFORE"
    case .unnest(let node):
      return "UNNEST "
        + node.lists.map { text($0.expression, node.input.schema) }.joined(separator: ", ")
    case .window(let node): return "WINDOW \(node.calls.count) functions"
    case .tableFunction(let node):
      let scalars = node.scalars.map { "\($0.parameter) => \(ValueText.sql($0.value))" }
      return "CALCULATOR \(node.name) v\(node.methodVersion)"
        + (scalars.isEmpty ? "" : " (" + scalars.joined(separator: ", ") + ")")
    }
  }

  private static func title(_ node: ScanNode) -> String {
    var result = "SCAN \(node.table.name)"
    if let version = node.table.version { result += " version \(version)" }
    result += " [" + node.schema.names.joined(separator: ", ") + "]"
    if let filter = node.filter { result += " WHERE " + text(filter, node.schema) }
    if !node.ranges.isEmpty {
      let names = Set(node.ranges.map { node.table.source.schema[$0.column].name }).sorted()
      result += " pruned by " + names.joined(separator: ", ")
    }
    return result
  }

  private static func title(_ node: JoinNode) -> String {
    let keys = node.keys.map {
      text($0.left, node.left.schema) + (node.keys.first?.nullsMatch == true ? " <=> " : " = ")
        + text($0.right, node.right.schema)
    }
    var result = (node.asOf == nil ? "" : "ASOF ") + "JOIN \(node.kind.rawValue)"
    if !keys.isEmpty { result += " ON " + keys.joined(separator: " AND ") }
    if let residual = node.residual {
      result +=
        " AND "
        + text(residual, Schema(node.left.schema.fields + node.right.schema.fields))
    }
    return result
  }

  private static func named(_ item: ProjectedExpression, _ schema: Schema) -> String {
    let body = text(item.expression, schema)
    return body == item.name ? body : "\(body) AS \(item.name)"
  }

  private static func text(_ key: SortKey, _ schema: Schema) -> String {
    text(key.expression, schema) + (key.isDescending ? " DESC" : "")
      + (key.nullsFirst == key.isDescending ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST")
  }

  private static func text(_ call: AggregateCall, _ schema: Schema) -> String {
    let arguments = call.arguments.map { text($0, schema) }.joined(separator: ", ")
    return call.function.rawValue + "(" + (call.isDistinct ? "DISTINCT " : "") + arguments + ")"
      + (call.filter.map { " FILTER " + text($0, schema) } ?? "")
  }

  /// The expression with the input's column names; never null-safe to parse back.
  package static func text(_ expression: BoundExpression, _ schema: Schema) -> String {
    func all(_ members: [BoundExpression], _ separator: String) -> String {
      members.map { text($0, schema) }.joined(separator: separator)
    }
    switch expression {
    case .constant(let value, _): return ValueText.sql(value)
    case .column(let index, _): return index < schema.count ? schema[index].name : "#\(index)"
    case .arithmetic(let operation, let left, let right, _):
      return "(\(text(left, schema)) \(operation.rawValue) \(text(right, schema)))"
    case .negate(let operand): return "-" + text(operand, schema)
    case .comparison(let operation, let left, let right):
      return "\(text(left, schema)) \(operation.rawValue) \(text(right, schema))"
    case .isDistinct(let left, let right, let negated):
      return "\(text(left, schema)) IS \(negated ? "NOT " : "")DISTINCT FROM \(text(right, schema))"
    case .and(let members): return "(" + all(members, " AND ") + ")"
    case .or(let members): return "(" + all(members, " OR ") + ")"
    case .not(let operand): return "NOT " + text(operand, schema)
    case .isNull(let operand, let negated):
      return text(operand, schema) + (negated ? " IS NOT NULL" : " IS NULL")
    case .inList(let operand, let values, let hasNull, let negated):
      let members = values.map(ValueText.sql) + (hasNull ? ["NULL"] : [])
      return text(operand, schema) + (negated ? " NOT IN (" : " IN (")
        + members.joined(separator: ", ") + ")"
    case .like(let value, let pattern, _, let ignoreCase, let negated):
      return text(value, schema) + (negated ? " NOT" : "") + (ignoreCase ? " ILIKE " : " LIKE ")
        + text(pattern, schema)
    case .caseWhen(let branches, let otherwise, _):
      let written = branches.map {
        " WHEN \(text($0.condition, schema)) THEN \(text($0.result, schema))"
      }
      return "CASE" + written.joined()
        + (otherwise.map { " ELSE " + text($0, schema) } ?? "") + " END"
    case .cast(let operand, let type, let isTry):
      return (isTry ? "TRY_CAST(" : "CAST(") + text(operand, schema) + " AS \(type.sqlName))"
    case .call(let function, let arguments, _):
      return function.name + "(" + all(arguments, ", ") + ")"
    case .list(let members, _): return "[" + all(members, ", ") + "]"
    }
  }
}
