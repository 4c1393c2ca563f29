/// Earlier states of the text; a run of typed characters is one step.
struct UndoSteps {
  enum Kind { case typing, erasing, other }

  private var states: [EditBuffer] = []
  private var last = Kind.other

  private static let most = 100
  /// Texts longer than this are kept fewer times.
  private static let large = 100_000

  /// Call before a change.
  mutating func record(_ buffer: EditBuffer, _ kind: Kind) {
    let goesOn = kind == last && kind != .other && !states.isEmpty
    last = kind
    if goesOn { return }
    states.append(buffer)
    let limit = buffer.characters.count > UndoSteps.large ? 4 : UndoSteps.most
    if states.count > limit { states.removeFirst(states.count - limit) }
  }

  mutating func undo(_ buffer: inout EditBuffer) {
    if let state = states.popLast() { buffer = state }
    last = .other
  }
}
