/// A number made of node values, with its derivative by each.
struct NodeForm {
  var value: Double
  var slopes: [Double]

  static func + (left: NodeForm, right: NodeForm) -> NodeForm {
    NodeForm(
      value: left.value + right.value, slopes: zip(left.slopes, right.slopes).map { $0 + $1 })
  }

  static func - (left: NodeForm, right: NodeForm) -> NodeForm { left + -1 * right }

  static func * (factor: Double, form: NodeForm) -> NodeForm {
    NodeForm(value: factor * form.value, slopes: form.slopes.map { factor * $0 })
  }

  /// The absolute value; on the kink the derivative from above.
  var magnitude: NodeForm { value < 0 ? -1 * self : self }

  static func smaller(_ left: NodeForm, _ right: NodeForm) -> NodeForm {
    right.value < left.value ? right : left
  }

  static func larger(_ left: NodeForm, _ right: NodeForm) -> NodeForm {
    right.value > left.value ? right : left
  }

  static func zero(_ count: Int) -> NodeForm {
    NodeForm(value: 0, slopes: [Double](repeating: 0, count: count))
  }

  /// One form a row of a matrix that node values are multiplied with.
  static func rows(of matrix: [Double], at values: [Double]) -> [NodeForm] {
    stride(from: 0, to: matrix.count, by: max(values.count, 1)).map { start in
      let slopes = Array(matrix[start..<start + values.count])
      return NodeForm(value: zip(slopes, values).reduce(0) { $0 + $1.0 * $1.1 }, slopes: slopes)
    }
  }
}
