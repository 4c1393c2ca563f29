import CKernels
import Columnar

#if TARN_PLAIN_SUMS
  typealias DoubleSums = PlainSums
#else
  typealias DoubleSums = ExactSums
#endif

/// Exact sums of doubles, one a group: equal to the correctly rounded sum (`math.fsum`) in whatever
/// order the values come and the partial sums are merged.
///
/// A group costs 32 bytes as long as its values lie within some 100 binary orders of magnitude of
/// each other; others get a full accumulator of 280 bytes. A NaN, or infinities of both signs, give
/// NaN; infinities of one sign give that infinity; the sum of zeros is +0.
struct ExactSums {
  private var states: [ck_exact] = []
  private var full: [FullSum] = []

  var count: Int { states.count }
  var byteCount: Int { states.count * 32 + full.count * FullSum.wordCount * 8 }

  mutating func resize(to count: Int) {
    guard count > states.count else { return }
    states.append(contentsOf: repeatElement(ck_exact(), count: count - states.count))
  }

  /// Adds `values[i]` to group `groups[i]`.
  ///
  /// - Precondition: every group lies in `0..<count`.
  mutating func add(_ values: [Double], groups: [Int32]) {
    precondition(values.count == groups.count)
    var next = 0
    while true {
      // Safe: groups lie inside the states by precondition, positions inside both arrays.
      next = unsafe states.withUnsafeMutableBufferPointer { states in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe groups.withUnsafeBufferPointer { groups in
            guard let states = states.baseAddress, let x = values.baseAddress,
              let g = groups.baseAddress
            else { return values.count }
            return unsafe Int(
              ck_exact_add_groups(states, g, x, Int64(next), Int64(values.count)))
          }
        }
      }
      guard next < values.count else { return }
      addSlowly(values[next], group: Int(groups[next]))
      next += 1
    }
  }

  /// Adds all values to one group.
  mutating func add(_ values: [Double], group: Int) {
    var next = 0
    while true {
      // Safe: the position lies inside the array.
      next = unsafe values.withUnsafeBufferPointer { values in
        guard let x = values.baseAddress else { return values.count }
        return unsafe Int(ck_exact_add_all(&states[group], x, Int64(next), Int64(values.count)))
      }
      guard next < values.count else { return }
      addSlowly(values[next], group: group)
      next += 1
    }
  }

  /// Adds `values[first + i]` to group `base + i`, for each of `lanes`, which are 0, 1, 2, …
  ///
  /// - Precondition: the groups are below `count`, the values inside the array.
  mutating func add(_ values: [Double], from first: Int, lanes: [Int32], base: Int) {
    precondition(base + lanes.count <= states.count && first + lanes.count <= values.count)
    var next = 0
    while true {
      // Safe: lanes count up from 0, so states and values lie inside their arrays by precondition.
      next = unsafe states.withUnsafeMutableBufferPointer { states in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe lanes.withUnsafeBufferPointer { lanes in
            guard let states = states.baseAddress, let x = values.baseAddress,
              let g = lanes.baseAddress
            else { return lanes.count }
            return unsafe Int(
              ck_exact_add_groups(states + base, g, x + first, Int64(next), Int64(lanes.count)))
          }
        }
      }
      guard next < lanes.count else { return }
      addSlowly(values[first + next], group: base + next)
      next += 1
    }
  }

  mutating func add(_ value: Double, group: Int) {
    if unsafe ck_exact_add(&states[group], value) == 0 { addSlowly(value, group: group) }
  }

  private mutating func addSlowly(_ value: Double, group: Int) {
    if value == 0 { return }
    guard value.isFinite else {
      states[group].specials |= value.isNaN ? 1 : (value > 0 ? 2 : 4)
      return
    }
    if states[group].base == 0, value.isNormal {
      states[group].base = UInt16(min(max(Int(value.exponentBitPattern) - 50, 1), 1946))
      _ = unsafe ck_exact_add(&states[group], value)
      return
    }
    full[fullPosition(group)].add(value)
  }

  private mutating func fullPosition(_ group: Int) -> Int {
    if states[group].spill == 0 {
      full.append(FullSum())
      states[group].spill = Int32(full.count)
    }
    return Int(states[group].spill) - 1
  }

  /// Adds group `source` of another collection to `group`.
  mutating func merge(_ other: ExactSums, source: Int, into group: Int) {
    let state = other.states[source]
    states[group].specials |= state.specials
    if state.base != 0 {
      if states[group].base == 0 {
        let (specials, spill) = (states[group].specials, states[group].spill)
        states[group] = state
        states[group].specials = specials
        states[group].spill = spill
      } else if states[group].base == state.base {
        let (first, carryA) = states[group].limb0.addingReportingOverflow(state.limb0)
        let (sum, carryB) = states[group].limb1.addingReportingOverflow(state.limb1)
        let (second, carryC) = sum.addingReportingOverflow(carryA ? 1 : 0)
        states[group].limb0 = first
        states[group].limb1 = second
        states[group].limb2 &+= state.limb2 &+ (carryB ? 1 : 0) &+ (carryC ? 1 : 0)
      } else {
        full[fullPosition(group)].add(
          [state.limb0, state.limb1, state.limb2], shift: Int(state.base) - 1)
      }
    }
    if state.spill != 0 {
      full[fullPosition(group)].add(other.full[Int(state.spill) - 1].words, shift: 0)
    }
  }

  /// The exact sum as an integer of units 2^-1074 or larger; nil when it is not finite.
  func exact(_ group: Int) -> WideInteger? {
    let state = states[group]
    guard state.specials == 0 else { return nil }
    if state.spill == 0 {
      return WideInteger(
        twosComplement: [state.limb0, state.limb1, state.limb2], exponent: Int(state.base) - 1075)
    }
    var sum = full[Int(state.spill) - 1]
    if state.base != 0 {
      sum.add([state.limb0, state.limb1, state.limb2], shift: Int(state.base) - 1)
    }
    return WideInteger(twosComplement: sum.words, exponent: -1074)
  }

  /// The correctly rounded sum.
  func rounded(_ group: Int) -> Double {
    if let exact = exact(group) { return exact.double }
    switch states[group].specials {
    case 2: return .infinity
    case 4: return -.infinity
    default: return .nan
    }
  }
}

/// A sum of any doubles as one two's complement integer of units 2^-1074.
struct FullSum {
  /// The largest double needs bits up to 2098; the rest is room for 2^140 additions.
  static let wordCount = 35
  private(set) var words = [UInt64](repeating: 0, count: FullSum.wordCount)

  mutating func add(_ value: Double) {
    let biased = Int(value.exponentBitPattern)
    let mantissa = value.significandBitPattern | (biased == 0 ? 0 : 1 << 52)
    let term = value < 0 ? 0 &- mantissa : mantissa
    add([term, value < 0 && mantissa != 0 ? .max : 0], shift: max(biased, 1) - 1)
  }

  /// Adds a two's complement integer, shifted left.
  mutating func add(_ term: [UInt64], shift: Int) {
    let (skip, bits) = (shift / 64, UInt64(shift % 64))
    let sign: UInt64 = (term.last ?? 0) >> 63 != 0 ? .max : 0
    var carry: UInt64 = 0
    var below: UInt64 = 0
    for index in skip..<FullSum.wordCount {
      let position = index - skip
      let word = position < term.count ? term[position] : sign
      let shifted = bits == 0 ? word : word << bits | below >> (64 - bits)
      below = word
      if position > term.count, sign == 0, carry == 0 { break }
      let (first, overflowA) = words[index].addingReportingOverflow(shifted)
      let (second, overflowB) = first.addingReportingOverflow(carry)
      words[index] = second
      carry = overflowA || overflowB ? 1 : 0
    }
  }
}
