/// Smallest and largest of a run of numbers, in loops that the compiler turns into vector code.
enum NumberBounds {
  static func of(_ values: Span<Int32>) -> Bounds { integers(values) { Int128($0) } }
  static func of(_ values: Span<Int64>) -> Bounds { integers(values) { Int128($0) } }
  static func of(_ values: Span<Int128>) -> Bounds { integers(values) { $0 } }
  /// Booleans, one a byte.
  static func of(_ values: Span<UInt8>) -> Bounds { integers(values) { Int128($0) } }

  private static func integers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ values: Span<Number>, _ widened: (Number) -> Int128
  ) -> Bounds {
    guard !values.isEmpty else { return .none }
    var low = Number.max
    var high = Number.min
    for index in values.indices {
      let value = values[index]
      low = min(low, value)
      high = max(high, value)
    }
    return .integers(widened(low), widened(high))
  }

  /// The bounds without NaN, and how many NaN there are.
  static func of(_ values: Span<Double>) -> (bounds: Bounds, nanCount: Int) {
    unsafe values.withUnsafeBufferPointer { buffer in
      // Eight lanes, each skipping NaN because a comparison with it is false.
      var low = SIMD8<Double>(repeating: .infinity)
      var high = SIMD8<Double>(repeating: -.infinity)
      var nans = SIMD8<Int64>(repeating: 0)
      let whole = buffer.count & ~7
      var index = 0
      while index < whole {
        // Safe: eight values from `index` on lie within the buffer.
        let lanes = unsafe UnsafeRawPointer(buffer.baseAddress.unsafelyUnwrapped + index)
          .loadUnaligned(as: SIMD8<Double>.self)
        low.replace(with: lanes, where: lanes .< low)
        high.replace(with: lanes, where: lanes .> high)
        nans.replace(with: nans &+ 1, where: lanes .!= lanes)
        index &+= 8
      }
      var smallest = low.min()
      var largest = high.max()
      var nanCount = Int(nans.wrappedSum())
      for index in whole..<buffer.count {
        let value = unsafe buffer[index]
        smallest = value < smallest ? value : smallest
        largest = value > largest ? value : largest
        nanCount += value.isNaN ? 1 : 0
      }
      let bounds = nanCount == buffer.count ? Bounds.none : .doubles(smallest, largest)
      return (bounds, nanCount)
    }
  }

  static func of(_ values: Span<Float>) -> (bounds: Bounds, nanCount: Int) {
    var low = Float.infinity
    var high = -Float.infinity
    var nanCount = 0
    for index in values.indices {
      let value = values[index]
      low = value < low ? value : low
      high = value > high ? value : high
      nanCount &+= value.isNaN ? 1 : 0
    }
    let bounds =
      nanCount == values.count ? Bounds.none : Bounds.doubles(Double(low), Double(high))
    return (bounds, nanCount)
  }
}
