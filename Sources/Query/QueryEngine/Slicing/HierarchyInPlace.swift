import Columnar
import QueryLanguage

/// A hierarchy as one query sees it: joined to the column of FROM that holds its members.
struct HierarchyInPlace {
  var definition: CreateHierarchy
  /// The column of FROM that holds members: of the narrowest level that FROM has, or the key.
  var link: Expression
  /// Its position in `levels`, 0 for a parent-child hierarchy.
  var linkLevel = 0
  /// Columns of the hierarchy's table that give levels, with their types, widest first.
  var levels: [(name: Identifier, type: DataType)] = []
  /// The business date of FROM, and where its days are found, when the hierarchy is dated.
  var day: (column: Expression, table: TableReference)?
  /// The column of the hierarchy's own table that holds business dates.
  var ownDay: Identifier?
  /// The pins of the hierarchy's table.
  var time: TimeClause?

  var name: String { definition.name.key }

  var isParentChild: Bool {
    if case .parentChild = definition.shape { true } else { false }
  }

  /// The name that a column of the joined table has: never that of a column of FROM.
  func column(_ member: String) -> Expression {
    .column([name, (name + "_" + member).lowercased()])
  }

  /// The levels that FROM can be grouped by.
  var usedLevels: [(name: Identifier, type: DataType)] {
    isParentChild ? [] : Array(levels[...linkLevel])
  }

  /// What `org.member` means; nil when there is no such member.
  func member(_ member: Identifier) -> Expression? {
    if let level = usedLevels.first(where: { $0.name == member }) {
      return column(level.name.text)
    }
    let members = column("members")
    switch member.key {
    case "path" where isParentChild:
      return .call("array_to_string", [members, .text("/")])
    case "path":
      return .call("concat_ws", [.text("/")] + usedLevels.map { .cast(column($0.name.text)) })
    case "depth" where isParentChild: return .call("len", [members])
    case "parent" where isParentChild: return Expression(.element(members, index: .number("-2")))
    case "root" where isParentChild: return Expression(.element(members, index: .number("1")))
    case "member": return isParentChild ? column("key") : column(levels[linkLevel].name.text)
    default: break
    }
    guard isParentChild else { return nil }
    if case .parentChild(let key, _) = definition.shape, key == member { return column("key") }
    guard member.key.hasPrefix("level"), let number = Int(member.key.dropFirst(5)), number > 0
    else { return nil }
    return Expression(.element(members, index: .number(String(number))))
  }

  var memberNames: [String] {
    isParentChild
      ? ["level1", "level2", "path", "depth", "parent", "root", "member"]
      : usedLevels.map(\.name.text) + ["path", "member"]
  }

  /// `org UNDER node`: the node itself or anything below it; false for what is in no branch.
  func isUnder(_ node: Expression) -> Expression {
    let inside =
      isParentChild
      ? Expression.call("list_contains", [column("members"), .cast(node)])
      : Expression(
        .inList(.cast(node), usedLevels.map { .cast(column($0.name.text)) }, negated: false))
    return .call("coalesce", [inside, Expression(.literal(.boolean(false)))])
  }
}

// The table that is joined, as text.
extension HierarchyInPlace {
  private func own(_ member: String) -> String {
    QueryText.name((name + "_" + member).lowercased())
  }

  private func text(_ identifier: Identifier) -> String { SyntaxPrinter.text(of: identifier) }

  /// One row a member (and day): its levels, or its branch from the root.
  var relation: String {
    switch definition.shape {
    case .levels: levelRelation
    case .parentChild(let key, let parent): treeRelation(text(key), text(parent))
    }
  }

  /// The rows of the hierarchy's table, with the day they hold for when there are days.
  private func source(_ columns: [String]) -> (columns: String, from: String, groups: String) {
    let pinned = SyntaxPrinter.text(
      of: TableReference(.table(definition.table), time: time, alias: TableAlias("nodes")))
    let names = columns.map { "nodes.\($0)" }.joined(separator: ", ")
    guard let day else { return ("", pinned, names) }
    let column = SyntaxPrinter.text(of: day.column)
    var conditions: [String] = []
    if let first = definition.validFrom {
      conditions.append("(nodes.\(text(first)) IS NULL OR nodes.\(text(first)) <= days.day)")
    }
    if let last = definition.validTo {
      conditions.append("(nodes.\(text(last)) IS NULL OR nodes.\(text(last)) >= days.day)")
    }
    if let own = ownDay { conditions.append("nodes.\(text(own)) = days.day") }
    let days =
      "(SELECT DISTINCT \(column) AS day FROM \(SyntaxPrinter.text(of: day.table))) AS days"
    return (
      "days.day AS \(own("day")), ",
      "\(days) JOIN \(pinned) ON \(conditions.joined(separator: " AND "))", "days.day, " + names
    )
  }

  /// One value a group, or an error that names the member.
  private func single(_ column: String, type: DataType, of key: String, _ what: String) -> String {
    let message =
      "'hierarchy \(name): \"' || CAST(\(key) AS STRING) || '\" has two \(what), ' || "
      + "COALESCE(CAST(MIN(\(column)) AS STRING), 'none') || ' and ' || "
      + "COALESCE(CAST(MAX(\(column)) AS STRING), 'none')"
    let raise = "error(\(message))"
    let cast = type == .string ? raise : "CAST(\(raise) AS \(type.sqlName))"
    return "CASE WHEN MIN(\(column)) IS DISTINCT FROM MAX(\(column)) "
      + "OR COUNT(\(column)) NOT IN (0, COUNT(*)) THEN \(cast) ELSE MIN(\(column)) END"
  }

  private var levelRelation: String {
    let link = text(levels[linkLevel].name)
    let rows = source([link])
    let upper = levels[..<linkLevel].map { level in
      let column = "nodes.\(text(level.name))"
      return single(column, type: level.type, of: "nodes.\(link)", "values of \(level.name.text)")
        + " AS \(own(level.name.text))"
    }
    let columns = ["nodes.\(link) AS \(own(levels[linkLevel].name.text))"] + upper
    return "SELECT \(rows.columns)\(columns.joined(separator: ", ")) FROM \(rows.from) "
      + "GROUP BY \(rows.groups)"
  }

  private func treeRelation(_ key: String, _ parent: String) -> String {
    let rows = source([key])
    let day = own("day")
    let isDated = self.day != nil
    // A node that is its own parent is a root, and so is one whose parent is not there.
    let above = "NULLIF(nodes.\(parent), nodes.\(key))"
    let type = levels.first?.type ?? .string
    let nodes =
      "SELECT \(rows.columns)nodes.\(key) AS id, "
      + single(above, type: type, of: "nodes.\(key)", "parents")
      + " AS parent FROM \(rows.from) WHERE nodes.\(key) IS NOT NULL GROUP BY \(rows.groups)"
    func sameDay(_ left: String, _ right: String) -> String {
      isDated ? " AND \(left).\(day) = \(right).\(day)" : ""
    }
    func prefix(_ table: String) -> String { isDated ? "\(table).\(day), " : "" }
    let roots =
      "SELECT \(prefix("child"))child.id, [CAST(child.id AS STRING)] AS members FROM all_nodes AS child "
      + "ANTI JOIN all_nodes AS above ON child.parent = above.id\(sameDay("child", "above"))"
    let step =
      "SELECT \(prefix("child"))child.id, list_append(above.members, CAST(child.id AS STRING)) "
      + "FROM all_nodes AS child JOIN branches AS above ON child.parent = above.id"
      + sameDay("child", "above")
    let loop = "error('hierarchy \(name): \"' || CAST(child.id AS STRING) || '\" is below itself')"
    return "WITH RECURSIVE all_nodes AS (\(nodes)), branches AS (\(roots) UNION ALL \(step)) "
      + "SELECT \(prefix("child"))child.id AS \(own("key")), above.members AS \(own("members")) "
      + "FROM all_nodes AS child LEFT JOIN branches AS above ON child.id = above.id"
      + sameDay("child", "above")
      + " WHERE CASE WHEN above.id IS NULL THEN \(loop) IS NULL ELSE TRUE END"
  }
}

extension TableAlias {
  fileprivate init(_ name: String) { self.init(Identifier(name)) }
}

extension Expression {
  static func text(_ text: String) -> Expression { Expression(.literal(.string(text))) }

  fileprivate static func number(_ digits: String) -> Expression {
    let number = Expression(
      .literal(.number(NumberLiteral(digits: digits.filter(\.isNumber), form: .integer))))
    return digits.hasPrefix("-") ? Expression(.unary(.minus, number)) : number
  }

  /// As text.
  fileprivate static func cast(_ value: Expression) -> Expression {
    if case .literal(.string) = value.kind { return value }
    return Expression(.cast(CastExpression(value: value, type: TypeName(.string))))
  }
}
