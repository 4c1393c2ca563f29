import Columnar
import QueryLanguage

// Hierarchies: `org.entity`, `ROLLUP (org)` and `org UNDER 'LE_UK'`, over a join with the hierarchy's
// table.

extension Binder {
  /// A SELECT without hierarchies: their tables are joined, their members are columns of these.
  func joined(
    _ select: Select, orderBy: OrderBy? = nil
  ) throws(QueryError) -> (select: Select, orderBy: OrderBy?) {
    var keys: [Expression] = []
    _ = try orderBy?.mapped { key throws(QueryError) in
      keys.append(key)
      return key
    }
    guard let from = select.from else { return (select, orderBy) }
    let all = select.expressions + keys + from.conditions
    let mentioned = Mentions(all)
    guard !mentioned.qualifiers.isEmpty, readsTables(from) else { return (select, orderBy) }
    let hierarchies = try definitions().hierarchies.filter {
      mentioned.qualifiers.contains($0.name.key)
    }
    guard !hierarchies.isEmpty else {
      try refuseUnknown(in: all)
      return (select, orderBy)
    }
    var result = select
    var order = orderBy
    var places: [String: HierarchyInPlace] = [:]
    for definition in hierarchies {
      let scope = try scope(of: from.withoutConditions)
      let isTable = scope.columns.contains {
        $0.qualifier.last.map(definition.name.matches) ?? false
      }
      if isTable { continue }
      let range = all.firstRange(of: definition.name) ?? select.range
      places[definition.name.key] = try place(definition, from, scope, at: range)
    }
    try refuseUnknown(in: all, besides: places)
    guard !places.isEmpty else { return (select, orderBy) }
    let plainScope = try scope(of: from.withoutConditions)
    result.items = try expanded(result.items, over: plainScope)
    let change = { (expression: Expression) throws(QueryError) -> Expression in
      try self.replacingMembers(expression, places)
    }
    for index in result.items.indices where result.items[index].alias == nil {
      if case .column(let name) = result.items[index].expression.kind, name.parts.count == 2,
        places[name.parts[0].key] != nil
      {
        result.items[index].alias = Identifier.exact(name.name.key)
      }
    }
    result = try result.mapped(change)
    result.filter = try result.filter.map(change)
    order = try order?.mapped(change)
    var source = try from.mappingConditions(change)
    for key in places.keys.sorted() {
      guard let place = places[key] else { continue }
      source = try attached(place, to: source)
    }
    result.from = source
    return (result, order)
  }

  /// The hierarchies that are named without a member, with the levels they stand for.
  func bareHierarchies(
    of select: Select, _ names: Set<String>, _ known: Definitions
  ) throws(QueryError) -> [String: HierarchyInPlace] {
    let places = select.wholeNames
    let wanted = known.hierarchies.filter {
      names.contains($0.name.key) && places.contains($0.name.key)
    }
    guard !wanted.isEmpty, let from = select.from else { return [:] }
    let scope = try scope(of: from.withoutConditions)
    var result: [String: HierarchyInPlace] = [:]
    for definition in wanted {
      let isColumn = (try? scope.resolve(QualifiedName([definition.name]))) ?? nil != nil
      guard !isColumn else { continue }
      let range = select.expressions.firstRange(of: definition.name) ?? select.range
      var place = try place(definition, from, scope, at: range)
      if place.isParentChild {
        let depth = try depth(of: place, at: range)
        place.levels = (1...max(depth, 1)).map { (Identifier("level\($0)"), .string) }
      }
      result[definition.name.key] = place
    }
    return result
  }

  /// `org` in the select list and in GROUP BY stands for its levels.
  func listed(
    _ hierarchies: [String: HierarchyInPlace], in select: Select
  ) throws(QueryError) -> Select {
    guard !hierarchies.isEmpty else { return select }
    func levels(_ expression: Expression) -> [Expression]? {
      guard case .column(let name) = expression.kind, name.parts.count == 1,
        let place = hierarchies[name.name.key]
      else { return nil }
      let names = place.isParentChild ? place.levels : place.usedLevels
      return names.map {
        Expression(
          .column(QualifiedName([name.name, $0.name], range: name.range)), range: name.range)
      }
    }
    func spread(_ members: [[Expression]]) -> [[Expression]] {
      members.flatMap { level -> [[Expression]] in
        if level.count == 1, let all = levels(level[0]) { return all.map { [$0] } }
        return [level.flatMap { levels($0) ?? [$0] }]
      }
    }
    func element(_ element: GroupingElement) -> [GroupingElement] {
      switch element {
      case .expression(let expression):
        return (levels(expression) ?? [expression]).map { .expression($0) }
      case .set(let members): return [.set(members.flatMap { levels($0) ?? [$0] })]
      case .rollup(let members): return [.rollup(spread(members))]
      case .cube(let members): return [.cube(spread(members))]
      case .groupingSets(let members):
        return [
          .groupingSets(
            members.map { member in
              let parts = self.members(of: member).flatMap { levels($0) ?? [$0] }
              return parts.isEmpty ? member : .set(parts)
            })
        ]
      }
    }
    var result = select
    result.items = select.items.flatMap { item in
      levels(item.expression).map { $0.map { SelectItem($0) } } ?? [item]
    }
    if case .elements(let elements)? = select.groupBy {
      result.groupBy = .elements(elements.flatMap(element))
    }
    return result
  }

  private func members(of element: GroupingElement) -> [Expression] {
    switch element {
    case .expression(let expression): [expression]
    case .set(let members): members
    default: []
    }
  }

  // MARK: Finding the link

  private func place(
    _ definition: CreateHierarchy, _ from: TableReference, _ scope: Scope, at range: SourceRange
  ) throws(QueryError) -> HierarchyInPlace {
    uses["hierarchy \(definition.name.text)"] = SyntaxPrinter.text(
      of: Statement(.createHierarchy(definition)))
    let (schema, ownDay) = try table(of: definition, at: range)
    func type(_ column: Identifier) -> DataType {
      schema.fields.first { column.matches($0.name) }?.type ?? .string
    }
    var place = HierarchyInPlace(definition: definition, link: .text(""))
    let candidates: [Identifier]
    switch definition.shape {
    case .levels(let names):
      candidates = names
      place.levels = names.map { ($0, type($0)) }
    case .parentChild(let key, let parent):
      candidates = [key]
      place.levels = [(parent, type(parent))]
    }
    var found: (level: Int, column: Expression)?
    for (level, name) in candidates.enumerated().reversed() where found == nil {
      let matches = scope.columns.filter { name.matches($0.name) && !$0.isHidden }
      guard matches.count < 2 else {
        let both = matches.map { ($0.qualifier + [$0.name]).joined(separator: ".") }
        throw QueryError(
          .name,
          "hierarchy \"\(definition.name.text)\" may meet the rows by "
            + both.joined(separator: " or "),
          help: "leave one out: JOIN (SELECT * EXCLUDE (\(name.text)) FROM …) AS t", at: range)
      }
      guard let index = try scope.resolve(QualifiedName([name], range: range)) else { continue }
      let column = scope.columns[index]
      found = (level, .column(column.qualifier + [column.name]))
    }
    guard let found else {
      let names = candidates.map(\.text).joined(separator: ", ")
      throw QueryError(
        .name,
        "hierarchy \"\(definition.name.text)\" meets the rows by a column named "
          + (candidates.count == 1 ? names : "like one of its levels (\(names))")
          + ", and FROM has none",
        help: "rename a column in a subquery: FROM (SELECT *, book_entity AS "
          + "\(candidates.last?.text ?? "") FROM …) AS t", at: range)
    }
    place.link = found.column
    place.linkLevel = found.level
    place.ownDay = definition.validFrom == nil && definition.validTo == nil ? ownDay : nil
    let pinned = try datedTable(of: from)
    place.time = pinned.flatMap { table in
      table.reference.time?.knowledge.flatMap { $0.isOfOneTable ? nil : TimeClause(knowledge: $0) }
    }
    let needsDay = definition.validFrom != nil || definition.validTo != nil
    guard needsDay || ownDay != nil else { return place }
    guard let dated = pinned, let column = dated.date else {
      guard needsDay else { return place }
      throw QueryError(
        .time,
        "hierarchy \"\(definition.name.text)\" is dated, and no table of FROM has a business date",
        help: "declare it: CREATE TABLE … BUSINESS DATE as_of_date", at: range)
    }
    place.day = (.column(dated.qualifier + [column]), dated.reference)
    return place
  }

  /// The hierarchy's table: its columns and business date.
  private func table(
    of definition: CreateHierarchy, at range: SourceRange
  ) throws(QueryError) -> (schema: Schema, day: Identifier?) {
    let reference = TableReference(.table(definition.table))
    let schema = try pointing(at: range) { () throws(QueryError) in
      try self.schema(of: Query(allOf: reference))
    }
    guard case .table(let table) = try resolver.resolve(definition.table, knownAt: nil),
      let day = table.businessDate
    else { return (schema, nil) }
    return (schema, Identifier.exact(table.source.schema[day.column].name))
  }

  /// The first table of FROM, preferably with a business date.
  private func datedTable(
    of reference: TableReference
  ) throws(QueryError) -> (reference: TableReference, qualifier: [String], date: String?)? {
    switch reference.kind {
    case .table(let name):
      guard
        name.parts.count > 1 || !commonTables.contains(where: { $0.expression.name == name.name }),
        case .table(let table) = try resolver.resolve(name, knownAt: nil)
      else { return nil }
      let date = table.businessDate.map { table.source.schema[$0.column].name }
      let qualifier = reference.alias.map { [$0.name.text] } ?? name.parts.map(\.text)
      return (reference, qualifier, date)
    case .join(let join):
      let left = try datedTable(of: join.left)
      if left?.date != nil { return left }
      let right = try datedTable(of: join.right)
      return right?.date != nil ? right : left ?? right
    default: return nil
    }
  }

  // MARK: Replacing

  private func replacingMembers(
    _ expression: Expression, _ places: [String: HierarchyInPlace]
  ) throws(QueryError) -> Expression {
    try expression.replaced { node throws(QueryError) in
      switch node.kind {
      case .column(let name):
        guard name.parts.count == 2, let place = places[name.parts[0].key] else { return nil }
        guard var member = place.member(name.name) else {
          let names = place.memberNames
          throw QueryError(
            .name, "hierarchy \"\(place.name)\" has no level \"\(name.name.text)\" here",
            help: Suggestion.nearest(to: name.name.key, among: names).map {
              "did you mean \(place.name).\($0)?"
            } ?? "there are \(names.joined(separator: ", "))", at: name.range)
        }
        member.range = node.range
        return member
      case .call(let call):
        guard call.name.name.key == "under", call.arguments.count == 2,
          let first = call.arguments[0].expression, case .column(let name) = first.kind,
          let node = call.arguments[1].expression
        else { return nil }
        guard let place = places[name.name.key] else { return nil }
        try checkMember(node, of: place)
        return place.isUnder(node)
      default: return nil
      }
    }
  }

  private func refuseUnknown(
    in expressions: [Expression], besides places: [String: HierarchyInPlace] = [:]
  ) throws(QueryError) {
    for expression in expressions {
      _ = try expression.replaced { node throws(QueryError) in
        guard case .call(let call) = node.kind, call.name.name.key == "under",
          let first = call.arguments.first?.expression
        else { return nil }
        if case .column(let name) = first.kind, places[name.name.key] != nil { return nil }
        let known = try self.definitions().hierarchies.map(\.name.text)
        let written = SyntaxPrinter.text(of: first)
        throw QueryError(
          .name, "there is no hierarchy \(written)",
          help: Suggestion.nearest(to: written, among: known).map { "did you mean \($0)?" }
            ?? (known.isEmpty
              ? "CREATE HIERARCHY org ON ref.entities (region > country > entity) makes one"
              : "there are \(known.joined(separator: ", "))"),
          at: first.range)
      }
    }
  }

  // MARK: Joining

  /// FROM with the hierarchy's table joined to the first part that has its link.
  private func attached(
    _ place: HierarchyInPlace, to reference: TableReference
  ) throws(QueryError) -> TableReference {
    if case .join(var join) = reference.kind,
      case .column(let link) = place.link.kind,
      (try? scope(of: join.left).resolve(link)) ?? nil != nil
    {
      join.left = try attached(place, to: join.left)
      var result = reference
      result.kind = .join(join)
      return result
    }
    let relation = try QueryText.query(place.relation, at: reference.range)
    let alias = TableAlias(Identifier.exact(place.name.lowercased()))
    var conditions = [
      Expression(
        .binary(
          place.link, .equal,
          place.column(place.isParentChild ? "key" : place.levels[place.linkLevel].name.text)))
    ]
    if let day = place.day {
      conditions.append(Expression(.binary(day.column, .equal, place.column("day"))))
    }
    return TableReference(
      .join(
        Join(
          kind: .left, left: reference,
          right: TableReference(.query(relation, isLateral: false), alias: alias),
          condition: .on(conditions.count == 1 ? conditions[0] : Expression(.and(conditions))))),
      range: reference.range)
  }
}
