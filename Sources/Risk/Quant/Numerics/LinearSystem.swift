/// A square matrix in triangular factors, for solving with any number of right sides.
struct LinearSystem {
  private let size: Int
  private let factors: [Double]
  private let order: [Int]

  /// - Parameter matrix: Row by row, `size` · `size` numbers.
  /// - Returns: `nil` for a matrix that is singular to working precision.
  init?(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size)
    var a = matrix
    var order = Array(0..<size)
    for column in 0..<size {
      var best = column
      for row in column..<size where abs(a[row * size + column]) > abs(a[best * size + column]) {
        best = row
      }
      let pivot = a[best * size + column]
      guard pivot.isFinite, abs(pivot) > 1e-300 else { return nil }
      if best != column {
        order.swapAt(best, column)
        for k in 0..<size { a.swapAt(best * size + k, column * size + k) }
      }
      for row in column + 1..<size where a[row * size + column] != 0 {
        let factor = a[row * size + column] / pivot
        a[row * size + column] = factor
        for k in column + 1..<size { a[row * size + k] -= factor * a[column * size + k] }
      }
    }
    self.size = size
    self.order = order
    factors = a
  }

  func solve(_ right: [Double]) -> [Double] {
    var x = order.map { right[$0] }
    for row in 0..<size {
      var sum = x[row]
      for k in 0..<row { sum -= factors[row * size + k] * x[k] }
      x[row] = sum
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      var sum = x[row]
      for k in row + 1..<size { sum -= factors[row * size + k] * x[k] }
      x[row] = sum / factors[row * size + row]
    }
    return x
  }
}
