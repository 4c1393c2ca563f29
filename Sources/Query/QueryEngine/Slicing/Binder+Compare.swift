import Columnar
import QueryLanguage

// COMPARE: the same query at an earlier point, joined row by row.

extension Binder {
  func compared(
    _ query: Query, _ shape: SliceShape, with compare: CompareSlice, at range: SourceRange
  ) throws(QueryError) -> (Query, SliceShape) {
    var now = PointInTime(binder: self, point: nil, isDated: false)
    var before = PointInTime(binder: self, point: nil, isDated: false)
    switch compare {
    case .businessDate(let point):
      now.isDated = true
      before = PointInTime(binder: self, point: .businessDate(point), isDated: true)
    case .knowledge(let point):
      before = PointInTime(binder: self, point: .knowledge(point), isDated: false)
    }
    let current = now.pinned(query)
    let previous = before.pinned(query)
    guard before.pinCount > 0 else {
      throw QueryError(
        .time, "COMPARE finds no table whose state it could compare",
        help: "the tables of FROM must have a business date for T-n, and no pin of their own for "
          + "VERSION, TAG and SNAPSHOT", at: range)
    }
    if case .knowledge(let point) = compare, case .version = point.kind, before.pinCount > 1 {
      throw QueryError(
        .time, "COMPARE VERSION reads one table, this query reads \(before.pinCount)",
        help: "COMPARE SNAPSHOT n or TAG 'x' pin all tables alike", at: range)
    }
    let (columns, names) = Binder.comparison(shape)
    let dimensions = shape.dimensions.map { QueryText.name($0.name) }
    let join =
      dimensions.isEmpty
      ? "CROSS JOIN before_rows AS b"
      : "FULL JOIN before_rows AS b ON "
        + dimensions.map { "n.\($0) IS NOT DISTINCT FROM b.\($0)" }.joined(separator: " AND ")
    let text = "SELECT \(columns.joined(separator: ", ")) FROM now_rows AS n \(join)"
    let result = try written(
      text,
      with: [
        ("now_rows", Binder.marked(current)), ("before_rows", Binder.marked(previous)),
      ], at: range)
    var after = SliceShape(columns: names)
    if let select = shape.select, select.having == nil {
      after.compared = ComparedRest(now: current, before: previous, columns: shape.columns)
    }
    return (result, after)
  }

  /// The columns of a comparison, without the text that names them.
  static func compared(
    _ columns: [SliceShape.Column]
  ) -> [(name: String, text: String)] {
    let (texts, names) = comparison(SliceShape(columns: columns))
    return zip(texts, names).map { text, column in
      (column.name, String(text.dropLast(" AS \(QueryText.name(column.name))".count)))
    }
  }

  /// The rows with a column that tells them from no row.
  private static func marked(_ query: Query) -> Query {
    Query(
      body: .select(
        Select(
          items: [
            SelectItem(Expression(.star(StarExpression()))),
            SelectItem(Expression(.literal(.boolean(true))), alias: Identifier("is_there")),
          ],
          from: TableReference(
            .query(query, isLateral: false), alias: TableAlias(Identifier("compared"))))))
  }

  private static func comparison(_ shape: SliceShape) -> ([String], [SliceShape.Column]) {
    var columns: [String] = []
    var names: [SliceShape.Column] = []
    func add(_ text: String, _ name: String, _ role: SliceShape.Column.Role, _ type: DataType) {
      columns.append(text + " AS " + QueryText.name(name))
      names.append(SliceShape.Column(name: name, role: role, expression: nil, type: type))
    }
    var changes: [String] = []
    for column in shape.columns {
      let name = QueryText.name(column.name)
      if column.role == .dimension {
        // A missing side is a row of nulls, so a null of either side is the other's value.
        add("COALESCE(n.\(name), b.\(name))", column.name, .dimension, column.type)
        continue
      }
      let previous = column.name + "_previous"
      add("n.\(name)", column.name, column.role, column.type)
      add("b.\(name)", previous, column.role, column.type)
      changes.append("n.\(name) IS DISTINCT FROM b.\(name)")
      guard column.type.isNumeric else { continue }
      let difference = "COALESCE(n.\(name), 0) - COALESCE(b.\(name), 0)"
      add(difference, column.name + "_difference", column.role, column.type)
      add(
        QueryText.percent("(\(difference))", by: "b.\(name)"), column.name + "_percent",
        column.role == .additive
          ? .percent(of: column.name + "_difference", by: previous) : .opaque, .double)
    }
    let status =
      "CASE WHEN b.is_there IS NULL THEN 'NEW' WHEN n.is_there IS NULL THEN 'GONE'"
      + (changes.isEmpty ? "" : " WHEN \(changes.joined(separator: " OR ")) THEN 'CHANGED'")
      + " ELSE 'SAME' END"
    add(status, "status", .opaque, .string)
    return (columns, names)
  }
}

extension QueryText {
  /// 100 × value ÷ |base|, two decimals; null without a base.
  static func percent(_ value: String, by base: String) -> String {
    "ROUND(100 * CAST(\(value) AS DOUBLE) / NULLIF(ABS(CAST(\(base) AS DOUBLE)), 0), 2)"
  }
}

/// Puts one side of a comparison at its point in time.
private struct PointInTime {
  let binder: Binder
  /// Nil: the query as it is, dated references without a date at T.
  let point: CompareSlice?
  /// Business dates are compared.
  var isDated: Bool
  /// References that got the point.
  private(set) var pinCount = 0
  private var commonTables: [Identifier] = []

  init(binder: Binder, point: CompareSlice?, isDated: Bool) {
    self.binder = binder
    self.point = point
    self.isDated = isDated
  }

  mutating func pinned(_ query: Query) -> Query {
    let outer = commonTables
    defer { commonTables = outer }
    var result = query
    if var with = query.with {
      for index in with.expressions.indices {
        with.expressions[index].query = pinned(with.expressions[index].query)
        commonTables.append(with.expressions[index].name)
      }
      result.with = with
    }
    result.body = pinned(query.body)
    return result
  }

  private mutating func pinned(_ body: Query.Body) -> Query.Body {
    switch body {
    case .select(var select):
      select.from = select.from.map { pinned($0) }
      // Subqueries see the same state as the query around them.
      for index in select.items.indices {
        select.items[index].expression = pinned(select.items[index].expression)
      }
      select.filter = select.filter.map { pinned($0) }
      select.having = select.having.map { pinned($0) }
      return .select(select)
    case .setOperation(var operation):
      operation.left = pinned(operation.left)
      operation.right = pinned(operation.right)
      return .setOperation(operation)
    case .query(let query): return .query(pinned(query))
    case .summarize(let query): return .summarize(pinned(query))
    case .values: return body
    }
  }

  private mutating func pinned(_ expression: Expression) -> Expression {
    var pins = self
    let result = expression.rewritten { node in
      var changed = node
      switch node.kind {
      case .scalarSubquery(let query): changed.kind = .scalarSubquery(pins.pinned(query))
      case .exists(let query): changed.kind = .exists(pins.pinned(query))
      case .inQuery(let value, let query, let negated):
        changed.kind = .inQuery(value, pins.pinned(query), negated: negated)
      default: return nil
      }
      return changed
    }
    self = pins
    return result
  }

  private mutating func pinned(_ reference: TableReference) -> TableReference {
    var result = reference
    switch reference.kind {
    case .table(let name):
      guard !commonTables.contains(name.name) || name.parts.count > 1 else { break }
      pin(&result, isDated: isDatedTable(name))
    case .file: break
    case .function(var call):
      for index in call.arguments.indices {
        if case .table(let table) = call.arguments[index].value {
          call.arguments[index].value = .table(pinned(table))
        }
      }
      result.kind = .function(call)
    case .query(let query, let isLateral):
      result.kind = .query(pinned(query), isLateral: isLateral)
    case .join(var join):
      join.left = pinned(join.left)
      join.right = pinned(join.right)
      result.kind = .join(join)
    case .pivot(var pivot):
      pivot.source = pinned(pivot.source)
      result.kind = .pivot(pivot)
    case .unpivot(var unpivot):
      unpivot.source = pinned(unpivot.source)
      result.kind = .unpivot(unpivot)
    }
    return result
  }

  private mutating func pin(_ reference: inout TableReference, isDated hasDate: Bool) {
    var time = reference.time ?? TimeClause()
    switch point {
    case nil:
      guard isDated, hasDate, time.businessDate == nil else { return }
      time.businessDate = BusinessDatePoint(.businessDaysBack(0))
    case .businessDate(let date):
      guard hasDate else { return }
      time.businessDate = date
      pinCount += 1
    case .knowledge(let moment):
      guard time.knowledge == nil else { return }
      time.knowledge = moment
      pinCount += 1
    }
    reference.time = time
  }

  /// Whether a date can be asked of the table; a view passes it on.
  private func isDatedTable(_ name: QualifiedName) -> Bool {
    switch try? binder.resolver.resolve(name, knownAt: nil) {
    case .table(let table): table.businessDate != nil
    case .view: true
    case nil: false
    }
  }
}
