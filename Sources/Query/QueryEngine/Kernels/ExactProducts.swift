import CKernels

/// Exact sums of the products of two doubles, one a group, whatever their size: products that are
/// too large or too small for a double are added up apart, moved by a power of two.
struct ExactProducts {
  private var plain = ExactSums()
  private var large = ExactSums()
  private var small = ExactSums()

  /// Below it the rounding error of a product has bits that no double has.
  private static let least = 0x1p-960
  /// What each factor of a product that overflows is multiplied by; both are above 1.
  private static let down = 0x1p-550
  /// What each factor of a product below `least` is multiplied by; both are below 2^115.
  private static let up = 0x1p560

  var byteCount: Int { plain.byteCount + large.byteCount + small.byteCount }

  mutating func resize(to count: Int) { plain.resize(to: count) }

  /// Adds `a[i] · b[i]` to group `groups[i]`, as its rounded value and the rounding error.
  mutating func add(_ a: [Double], _ b: [Double], groups: [Int32]) {
    var products = zipValues(a, b) { $0 * $1 }
    var isExtreme = false
    for row in products.indices {
      let size = products[row].magnitude
      let isSmall = size < ExactProducts.least && a[row] != 0 && b[row] != 0
      if isSmall || !(size <= .greatestFiniteMagnitude) { isExtreme = true }
    }
    if isExtreme { addExtremes(a, b, groups, &products) }
    plain.add(products, groups: groups)
    let errors: [Double] = makeValues(products.count) { row in
      let product = products[row]
      return product.isFinite && product != 0 ? ck_product_error(a[row], b[row], product) : 0
    }
    plain.add(errors, groups: groups)
  }

  /// Adds the products that no double holds, and makes 0 of them.
  private mutating func addExtremes(
    _ a: [Double], _ b: [Double], _ groups: [Int32], _ products: inout [Double]
  ) {
    for row in products.indices where a[row].isFinite && b[row].isFinite {
      let group = Int(groups[row])
      if products[row].isInfinite {
        large.resize(to: plain.count)
        ExactProducts.add(
          a[row] * ExactProducts.down, b[row] * ExactProducts.down, group, to: &large)
      } else if products[row].magnitude < ExactProducts.least, a[row] != 0, b[row] != 0 {
        small.resize(to: plain.count)
        ExactProducts.add(a[row] * ExactProducts.up, b[row] * ExactProducts.up, group, to: &small)
      } else {
        continue
      }
      products[row] = 0
    }
  }

  private static func add(_ a: Double, _ b: Double, _ group: Int, to sums: inout ExactSums) {
    sums.add(a * b, group: group)
    sums.add(ck_product_error(a, b, a * b), group: group)
  }

  /// Adds group `source` of another collection to `group`.
  mutating func merge(_ other: ExactProducts, source: Int, into group: Int) {
    plain.merge(other.plain, source: source, into: group)
    if source < other.large.count {
      large.resize(to: plain.count)
      large.merge(other.large, source: source, into: group)
    }
    if source < other.small.count {
      small.resize(to: plain.count)
      small.merge(other.small, source: source, into: group)
    }
  }

  /// The exact sum; nil when a factor was not finite.
  func exact(_ group: Int) -> WideInteger? {
    guard var sum = plain.exact(group) else { return nil }
    if group < large.count, let part = large.exact(group) { sum = sum + part.shifted(by: 1100) }
    if group < small.count, let part = small.exact(group) { sum = sum + part.shifted(by: -1120) }
    return sum
  }
}
