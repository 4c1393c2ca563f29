import Columnar

extension WindowEvaluation {
  /// MIN and MAX in one pass: a queue of the places that can still be the best of a later frame,
  /// best first. Frames that go back begin the queue anew.
  ///
  /// Nil for types without ordered words, and for frames with holes.
  func slidingExtremes(_ frames: WindowFrames, isMinimum: Bool) -> Column? {
    guard frames.exclusion == .none, let words = orderedWords(isMinimum) else { return nil }
    let values = arguments[0]
    let validity = mask.map { mask in values.validity.map { $0 & mask } ?? mask } ?? values.validity
    var best = [Int32](repeating: -1, count: order.rowCount)
    var queue: [Int] = []
    var head = 0
    var (start, end) = (0, 0)
    for place in 0..<order.rowCount {
      let (newStart, newEnd) = (Int(frames.starts[place]), Int(frames.ends[place]))
      if newStart >= newEnd { continue }
      if newStart < start || newEnd < end || newStart >= end {
        queue.removeAll(keepingCapacity: true)
        head = 0
        end = newStart
      }
      start = newStart
      while end < newEnd {
        if isPresent(validity, end) {
          // Of equals the first stays.
          while queue.count > head, words[queue[queue.count - 1]] > words[end] {
            queue.removeLast()
          }
          queue.append(end)
        }
        end += 1
      }
      while head < queue.count, queue[head] < start { head += 1 }
      if head < queue.count { best[place] = Int32(queue[head]) }
    }
    return values.takeNullable(best).retyped(call.type)
  }

  /// Words whose order is that of the values, the best least; -0 is below +0, NaN above all.
  private func orderedWords(_ isMinimum: Bool) -> [UInt64]? {
    let flip: UInt64 = isMinimum ? 0 : .max
    switch arguments[0].storage {
    case .int32(let values):
      return mapValues(values) { (UInt64(bitPattern: Int64($0)) ^ (1 << 63)) ^ flip }
    case .int64(let values):
      return mapValues(values) { (UInt64(bitPattern: $0) ^ (1 << 63)) ^ flip }
    case .float(let values): return mapValues(values) { totalWord(Double($0)) ^ flip }
    case .double(let values): return mapValues(values) { totalWord($0) ^ flip }
    default: return nil
    }
  }
}

@inline(__always)
private func totalWord(_ value: Double) -> UInt64 {
  if value != value { return .max }
  let bits = value.bitPattern
  return bits >> 63 == 0 ? bits | (1 << 63) : ~bits
}
