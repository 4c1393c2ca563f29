/// "Did you mean …?" for keywords, tables, columns and functions.
package enum Suggestion {
  /// The candidate that a typist most likely meant by `word`, ignoring case; nil when none is near.
  ///
  /// Near means an edit distance of at most a third of the longer word (at least one); of equally
  /// near candidates the first wins. Costs the product of the two lengths for each candidate.
  package static func nearest(
    to word: String, among candidates: some Sequence<String>
  ) -> String? {
    let wanted = Array(word.lowercased().unicodeScalars)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().unicodeScalars)
      let limit = max(1, max(wanted.count, other.count) / 3)
      // A word of one or two letters is near to everything of its length.
      if min(wanted.count, other.count) < 2 || abs(wanted.count - other.count) > limit { continue }
      let distance = editDistance(wanted, other)
      if distance > limit || distance >= min(wanted.count, other.count) { continue }
      if let found = best, found.distance <= distance { continue }
      best = (distance, candidate)
    }
    return best?.candidate
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  package static func distance(_ left: String, _ right: String) -> Int {
    editDistance(Array(left.unicodeScalars), Array(right.unicodeScalars))
  }

  /// Damerau's distance in its restricted form: no part of the text is edited twice.
  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = previous
    for i in 1...left.count {
      current[0] = i
      for j in 1...right.count {
        let replacing = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
        var distance = min(previous[j] + 1, current[j - 1] + 1, replacing)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          distance = min(distance, beforePrevious[j - 2] + 1)
        }
        current[j] = distance
      }
      (beforePrevious, previous, current) = (previous, current, beforePrevious)
    }
    return previous[right.count]
  }
}
