/// Values that kernels compare: a total order in which NaN equals itself and is above every number,
/// and -0 equals 0.
protocol KernelOrdered: BitwiseCopyable, Sendable {
  static func isLess(_ left: Self, _ right: Self) -> Bool
  static func isEqual(_ left: Self, _ right: Self) -> Bool
  /// Equal values give equal words; not for ordering.
  var identityWord: UInt64 { get }
  /// Orders values that are equal but differ in bits: -0 before +0; 0 for all others.
  var tieRank: Int { get }
}

extension KernelOrdered where Self: FixedWidthInteger {
  @inline(__always) static func isLess(_ left: Self, _ right: Self) -> Bool { left < right }
  @inline(__always) static func isEqual(_ left: Self, _ right: Self) -> Bool { left == right }
  @inline(__always) var identityWord: UInt64 { UInt64(truncatingIfNeeded: self) }
  @inline(__always) var tieRank: Int { 0 }
}

extension Int32: KernelOrdered {}
extension Int64: KernelOrdered {}
extension Int128: KernelOrdered {}

extension KernelOrdered where Self: BinaryFloatingPoint {
  @inline(__always) static func isLess(_ left: Self, _ right: Self) -> Bool {
    (left < right) != ((right != right) && (left == left))
  }
  @inline(__always) static func isEqual(_ left: Self, _ right: Self) -> Bool {
    (left == right) != ((left != left) && (right != right))
  }
  @inline(__always) var tieRank: Int { self == 0 && sign == .minus ? -1 : 0 }
}

extension Float: KernelOrdered {
  @inline(__always) var identityWord: UInt64 {
    self != self ? 0x7fc0_0000 : (self == 0 ? 0 : UInt64(bitPattern))
  }
}

extension Double: KernelOrdered {
  @inline(__always) var identityWord: UInt64 {
    self != self ? 0x7ff8_0000_0000_0000 : (self == 0 ? 0 : bitPattern)
  }
}

extension ComparisonOperator {
  /// The operator with its sides exchanged.
  var mirrored: ComparisonOperator {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }

  /// Whether it holds for a three-way comparison's result.
  func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}
