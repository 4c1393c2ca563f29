package import Columnar

/// A query as a tree of relational operators, ready for rules and for the executor.
///
/// Every node's expressions refer to columns of its input by position; `schema` is what it gives.
package indirect enum LogicalPlan: Sendable {
  case scan(ScanNode)
  /// Literal rows; also the one row without columns of a SELECT without FROM.
  case values(Batch)
  case filter(LogicalPlan, BoundExpression)
  case project(LogicalPlan, [ProjectedExpression])
  case aggregate(AggregateNode)
  case join(JoinNode)
  case sort(LogicalPlan, [SortKey])
  /// `count` nil: all rows after `offset`. Over a sort it becomes a top-n.
  case limit(LogicalPlan, count: Int?, offset: Int)
  /// Rows that differ in at least one column; nulls are equal, the first of equals stays.
  case distinct(LogicalPlan)
  case setOperation(SetOperationNode)
  case window(WindowNode)
  case tableFunction(TableFunctionNode)
  case common(CommonNode)
  case recursive(RecursiveNode)
  case working(WorkingNode)
  case unnest(UnnestNode)

  package var schema: Schema {
    switch self {
    case .scan(let node): node.schema
    case .values(let batch): batch.schema
    case .filter(let input, _), .sort(let input, _), .limit(let input, _, _), .distinct(let input):
      input.schema
    case .project(_, let expressions):
      Schema(expressions.map { Field($0.name, $0.expression.type) })
    case .aggregate(let node): node.schema
    case .join(let node): node.schema
    case .setOperation(let node): node.left.schema
    case .window(let node): node.schema
    case .tableFunction(let node): node.bound.schema
    case .common(let node): node.plan.schema
    case .recursive(let node): node.anchor.schema
    case .working(let node): node.schema
    case .unnest(let node): node.schema
    }
  }
}

package struct ScanNode: Sendable {
  package var table: PinnedTable
  /// Positions in the table's schema that the scan gives, in order.
  package var columns: [Int]
  /// For pruning; column positions of the table's schema.
  package var ranges: [ColumnRange]
  /// Over the scan's output; nil keeps all rows.
  package var filter: BoundExpression?

  package init(
    table: PinnedTable, columns: [Int], ranges: [ColumnRange] = [], filter: BoundExpression? = nil
  ) {
    self.table = table
    self.columns = columns
    self.ranges = ranges
    self.filter = filter
  }

  package var schema: Schema { table.source.schema.projected(to: columns) }
}

package struct ProjectedExpression: Sendable, Hashable {
  package var name: String
  package var expression: BoundExpression
  package init(_ name: String, _ expression: BoundExpression) {
    self.name = name
    self.expression = expression
  }
}

/// Output: the group expressions, then the aggregates; with several grouping sets a group column
/// that is not in the row's set is null, and `grouping` columns tell which.
package struct AggregateNode: Sendable {
  package var input: LogicalPlan
  package var groups: [ProjectedExpression]
  /// Positions in `groups`; one set with all of them for a plain GROUP BY. Without groups and with one
  /// empty set the result has exactly one row.
  package var groupingSets: [[Int]]
  package var aggregates: [AggregateCall]

  package init(
    input: LogicalPlan, groups: [ProjectedExpression], groupingSets: [[Int]],
    aggregates: [AggregateCall]
  ) {
    self.input = input
    self.groups = groups
    self.groupingSets = groupingSets
    self.aggregates = aggregates
  }

  package var schema: Schema {
    Schema(
      groups.map { Field($0.name, $0.expression.type) }
        + aggregates.map { Field($0.name, $0.type) })
  }
}

package struct AggregateCall: Sendable, Hashable {
  package var function: AggregateFunction
  /// Over the aggregate's input, coerced by the binder.
  package var arguments: [BoundExpression]
  package var isDistinct: Bool
  package var filter: BoundExpression?
  package var orderBy: [SortKey]
  package var type: DataType
  package var name: String

  package init(
    _ function: AggregateFunction, _ arguments: [BoundExpression], isDistinct: Bool = false,
    filter: BoundExpression? = nil, orderBy: [SortKey] = [], type: DataType, name: String
  ) {
    self.function = function
    self.arguments = arguments
    self.isDistinct = isDistinct
    self.filter = filter
    self.orderBy = orderBy
    self.type = type
    self.name = name
  }
}

/// Aggregates; nulls are skipped, and no rows give null, except the counts.
package enum AggregateFunction: String, Sendable, Hashable, CaseIterable {
  case countStar = "count_star"
  case count
  /// decimal(p,s) → decimal(38,s); integers → int64 checked; doubles → correctly rounded exact sum.
  case sum
  /// decimal(p,s) → decimal(38, max(s, 6)) half-even; others → double from the exact sum.
  case avg
  case min
  case max
  case boolAnd = "bool_and"
  case boolOr = "bool_or"
  case stddevSample = "stddev_samp"
  case stddevPopulation = "stddev_pop"
  case varianceSample = "var_samp"
  case variancePopulation = "var_pop"
  case correlation = "corr"
  /// The median distance from the median.
  case medianDistance = "mad"
  case covarianceSample = "covar_samp"
  case covariancePopulation = "covar_pop"
  /// Arguments: value, ordering key.
  case argMin = "arg_min"
  case argMax = "arg_max"
  case first
  case last
  case anyValue = "any_value"
  /// Arguments: text, constant separator.
  case stringAggregate = "string_agg"
  case list
  case median
  /// Arguments: value, constant fraction in 0…1; linear interpolation.
  case quantileContinuous = "quantile_cont"
  case quantileDiscrete = "quantile_disc"
  case mode
  /// The sum of vectors member by member, each the correctly rounded exact sum.
  case vectorSum = "vsum"
  /// Arguments: y, x; pairs with a null are skipped.
  case regressionSlope = "regr_slope"
  case regressionIntercept = "regr_intercept"
  case regressionR2 = "regr_r2"
  case regressionCount = "regr_count"
  case regressionAverageX = "regr_avgx"
  case regressionAverageY = "regr_avgy"
  case regressionSXX = "regr_sxx"
  case regressionSYY = "regr_syy"
  case regressionSXY = "regr_sxy"
  /// The number of different values: exact up to 256, then estimated from 4,096 registers.
  case approximateCountDistinct = "approx_count_distinct"
  /// Bit i is 1 when group column i is not in the row's grouping set.
  case groupingID = "grouping_id"
}

package struct SortKey: Sendable, Hashable {
  package var expression: BoundExpression
  package var isDescending: Bool
  package var nullsFirst: Bool

  package init(_ expression: BoundExpression, isDescending: Bool, nullsFirst: Bool) {
    self.expression = expression
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

package enum JoinKind: String, Sendable, Hashable {
  case inner
  case left
  case right
  case full
  /// Left rows that have a match, once each; only the left columns are given.
  case semi
  /// Left rows without a match; only the left columns are given.
  case anti
  /// Every left row once, with a boolean behind its columns: true when the condition holds for some
  /// right row, else null when it is null for some (of the residual; of the key when
  /// `isNullAware`), else false.
  case mark
}

/// An equi-join with an optional residual; without keys it is a nested loop (a cross join when there
/// is no residual either).
package struct JoinNode: Sendable {
  package struct Key: Sendable, Hashable {
    /// Over the left input.
    package var left: BoundExpression
    /// Over the right input; the same type.
    package var right: BoundExpression
    /// NULL matches NULL (`IS NOT DISTINCT FROM`).
    package var nullsMatch: Bool
    package init(left: BoundExpression, right: BoundExpression, nullsMatch: Bool = false) {
      self.left = left
      self.right = right
      self.nullsMatch = nullsMatch
    }
  }
  package var kind: JoinKind
  package var left: LogicalPlan
  package var right: LogicalPlan
  package var keys: [Key]
  /// Over left columns then right columns; part of the join condition.
  package var residual: BoundExpression?
  /// `ASOF`: of the right rows that match the keys, only the one with the greatest `asOf.right` that
  /// is ≤ (or <, ≥, >) `asOf.left`.
  package var asOf: AsOf?
  /// Of a mark join with one key and no residual: the key's comparison is three-valued, as `IN` is.
  package var isNullAware = false

  package struct AsOf: Sendable, Hashable {
    package var left: BoundExpression
    /// `left comparison right`, one of ≥ > ≤ <.
    package var comparison: ComparisonOperator
    package var right: BoundExpression
    package init(left: BoundExpression, comparison: ComparisonOperator, right: BoundExpression) {
      self.left = left
      self.comparison = comparison
      self.right = right
    }
  }

  package init(
    kind: JoinKind, left: LogicalPlan, right: LogicalPlan, keys: [Key],
    residual: BoundExpression? = nil, asOf: AsOf? = nil
  ) {
    self.kind = kind
    self.left = left
    self.right = right
    self.keys = keys
    self.residual = residual
    self.asOf = asOf
  }

  package var schema: Schema {
    switch kind {
    case .semi, .anti: left.schema
    case .mark: Schema(left.schema.fields + [Field("#mark", .boolean)])
    default: Schema(left.schema.fields + right.schema.fields)
    }
  }
}

package struct SetOperationNode: Sendable {
  package enum Kind: String, Sendable, Hashable {
    case unionAll
    case union
    case intersect
    case intersectAll
    case except
    case exceptAll
  }
  package var kind: Kind
  package var left: LogicalPlan
  /// The same types as the left.
  package var right: LogicalPlan
  package init(kind: Kind, left: LogicalPlan, right: LogicalPlan) {
    self.kind = kind
    self.left = left
    self.right = right
  }
}

/// Output: the input's columns, then one a call.
package struct WindowNode: Sendable {
  package var input: LogicalPlan
  package var calls: [WindowCall]
  package init(input: LogicalPlan, calls: [WindowCall]) {
    self.input = input
    self.calls = calls
  }
  package var schema: Schema {
    Schema(input.schema.fields + calls.map { Field($0.name, $0.type) })
  }
}

package struct WindowCall: Sendable, Hashable {
  package enum Function: Sendable, Hashable {
    case aggregate(AggregateFunction)
    case rowNumber
    case rank
    case denseRank
    case percentRank
    case cumulativeDistribution
    case tile
    case lag
    case lead
    case firstValue
    case lastValue
    case nthValue
  }
  package enum Bound: Sendable, Hashable {
    case unboundedPreceding
    /// Rows, groups or a distance in the order key, by the frame's unit; not negative.
    case preceding(Value)
    case currentRow
    case following(Value)
    case unboundedFollowing
    /// Rows or groups by each row's own value of `distances[i]`.
    case precedingBy(Int)
    case followingBy(Int)
  }
  package enum Unit: Sendable, Hashable {
    case rows
    case range
    case groups
  }
  package enum Exclusion: Sendable, Hashable {
    case none
    case currentRow
    case group
    case ties
  }
  package struct Frame: Sendable, Hashable {
    package var unit: Unit
    package var start: Bound
    package var end: Bound
    package var exclusion: Exclusion
    package init(unit: Unit, start: Bound, end: Bound, exclusion: Exclusion = .none) {
      self.unit = unit
      self.start = start
      self.end = end
      self.exclusion = exclusion
    }
  }
  package var function: Function
  package var arguments: [BoundExpression]
  package var partitionBy: [BoundExpression]
  package var orderBy: [SortKey]
  package var frame: Frame
  /// Distances of the frame's bounds that differ from row to row.
  package var distances: [BoundExpression] = []
  package var filter: BoundExpression?
  package var ignoresNulls: Bool
  package var isDistinct: Bool
  package var type: DataType
  package var name: String

  package init(
    function: Function, arguments: [BoundExpression], partitionBy: [BoundExpression],
    orderBy: [SortKey], frame: Frame, filter: BoundExpression? = nil, ignoresNulls: Bool = false,
    isDistinct: Bool = false, type: DataType, name: String
  ) {
    self.function = function
    self.arguments = arguments
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
    self.filter = filter
    self.ignoresNulls = ignoresNulls
    self.isDistinct = isDistinct
    self.type = type
    self.name = name
  }
}

package struct TableFunctionNode: Sendable {
  package var name: String
  /// By parameter name; each already projected to the columns the function reads.
  package var inputs: [(parameter: String, plan: LogicalPlan)]
  package var bound: BoundTableFunction
  /// Constants as bound, for plans and run records.
  package var scalars: [(parameter: String, value: Value)]
  package var methodVersion: Int
  package var window: BusinessDateWindow

  package init(
    name: String, inputs: [(parameter: String, plan: LogicalPlan)], bound: BoundTableFunction,
    scalars: [(parameter: String, value: Value)], methodVersion: Int, window: BusinessDateWindow
  ) {
    self.name = name
    self.inputs = inputs
    self.bound = bound
    self.scalars = scalars
    self.methodVersion = methodVersion
    self.window = window
  }
}
