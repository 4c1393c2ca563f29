import Columnar
import QueryLanguage

/// What slice clauses must know of the query before them: which columns say what a row is about, and
/// which are numbers about it.
struct SliceShape {
  struct Column {
    enum Role: Equatable {
      /// Says what the row is about.
      case dimension
      /// The sum over rows is the number of the rows together.
      case additive
      /// A percentage of one column by another.
      case percent(of: String, by: String)
      /// Has no meaning for several rows together.
      case opaque
    }
    var name: String
    var role: Role
    /// What it is in the query's select list; nil when a slice made it.
    var expression: Expression?
    var type: DataType
  }
  var columns: [Column]
  /// The grouped SELECT that it is; nil behind another slice, or without groups.
  var select: Select?
  /// The two sides behind COMPARE, when both are grouped SELECTs without HAVING.
  var compared: ComparedRest?

  var dimensions: [Column] { columns.filter { $0.role == .dimension } }
  var measures: [Column] { columns.filter { $0.role != .dimension } }

  func column(_ name: Identifier) -> Int? { columns.firstIndex { name.matches($0.name) } }
}

extension Binder {
  /// The shape of a query without slices.
  func shape(of query: Query) throws(QueryError) -> SliceShape {
    let schema = try schema(of: query)
    let plain = schema.fields.map {
      SliceShape.Column(name: $0.name, role: .opaque, expression: nil, type: $0.type)
    }
    guard case .select(let select) = query.body, query.orderBy == nil, query.limit == nil,
      schema.count == select.items.count
    else { return SliceShape(columns: plain) }
    let hasAggregates = select.items.contains(where: \.expression.hasAggregate)
    guard hasAggregates || select.groupBy != nil else { return SliceShape(columns: plain) }
    let columns = zip(select.items, schema.fields).map { item, field in
      SliceShape.Column(
        name: field.name, role: item.expression.sliceRole, expression: item.expression,
        type: field.type)
    }
    let isPlain =
      select.distinct == nil && select.qualify == nil && select.windows.isEmpty
      && select.groupBy.map(SliceShape.isPlain) ?? true
    return SliceShape(columns: columns, select: isPlain ? select : nil)
  }
}

extension SliceShape {
  /// Whether groups are a list of expressions, without sets of sets.
  static func isPlain(_ groupBy: GroupBy) -> Bool {
    guard case .elements(let elements) = groupBy else { return true }
    return elements.allSatisfy { if case .expression = $0 { true } else { false } }
  }
}

extension Expression {
  /// A column without aggregates is a dimension; sums and counts add up.
  fileprivate var sliceRole: SliceShape.Column.Role {
    guard hasAggregate else { return .dimension }
    guard case .call(let call) = kind, !call.isDistinct, call.over == nil else { return .opaque }
    switch Aggregates.named(call.name.name.key) {
    case .sum, .count: return .additive
    default: return .opaque
    }
  }
}
