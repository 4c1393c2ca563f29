/// The state of one prompt: what is typed, what history and completion offer, what the screen shows.
///
/// Keys come in, screen updates go out; it touches no terminal.
package struct LineEditor {
  package enum Step: Equatable {
    case goOn
    case finished(PromptEvent)
    /// The text is to be edited in the user's own editor.
    case editElsewhere
  }

  let prompt: String
  let continuation: String
  let usesColor: Bool
  /// Older entries, and last what is being typed.
  private var entries: [String]
  private var entry: Int
  var buffer = EditBuffer()
  var search: HistorySearch?
  var menu: CompletionMenu?
  private var undoSteps = UndoSteps()
  /// What the screen shows, as drawn last.
  var drawn = Drawing()

  package init(prompt: String, history: [String], usesColor: Bool = false) {
    self.prompt = prompt
    self.usesColor = usesColor
    continuation = ContinuationPrompt.text(for: prompt)
    entries = history + [""]
    entry = history.count
  }

  package var text: String { buffer.text }

  /// Replaces what is typed; the next drawing begins on a fresh line.
  package mutating func set(_ text: String) {
    undoSteps.record(buffer, .other)
    buffer.set(text)
    drawn = Drawing()
  }

  /// Forgets what the screen shows: the next drawing is a whole one, on a fresh line.
  package mutating func drawAnew() {
    let top = drawn.top
    drawn = Drawing()
    drawn.top = top
  }

  /// Takes a key; Enter ends the prompt when the text is complete, else it breaks the line.
  ///
  /// - Parameter complete: What may stand at the cursor, asked at Tab.
  package mutating func take(
    _ key: Key, isComplete: (String) -> Bool,
    complete: (_ before: String, _ behind: String) -> Completion = { _, _ in Completion() }
  ) -> Step {
    if search != nil, let step = takeInSearch(key) { return step }
    if menu != nil, key != .tab, key != .backTab {
      menu = nil
      if key == .cancel { return .goOn }
    }
    switch key {
    case .tab: offer(complete, step: 1)
    case .backTab: offer(complete, step: -1)
    case .enter:
      if isComplete(buffer.text) { return .finished(.text(buffer.text)) }
      breakLine()
    case .breakLine: breakLine()
    case .interrupt: return .finished(.interrupted)
    case .closed: return .finished(.endOfInput)
    case .endOfInput:
      if buffer.characters.isEmpty { return .finished(.endOfInput) }
      change(.other) { $0.deleteForward() }
    case .up: if !buffer.moveLine(down: false) { recall(entry - 1) }
    case .down: if !buffer.moveLine(down: true) { recall(entry + 1) }
    case .clear: drawn.clearsScreen = true
    case .search: search = HistorySearch(place: entries.count - 1)
    case .undo: undoSteps.undo(&buffer)
    case .editElsewhere: return .editElsewhere
    default: edit(key)
    }
    return .goOn
  }

  private mutating func breakLine() {
    // The new line begins below the words of the one before.
    let indentation = buffer.lineIndentation
    change(.other) { $0.insert("\n" + indentation) }
  }

  private mutating func edit(_ key: Key) {
    switch key {
    case .text(let text): change(.typing) { $0.insert(text) }
    case .paste(let text): change(.other) { $0.insert(text) }
    case .backspace: change(.erasing) { $0.backspace() }
    case .delete: change(.erasing) { $0.deleteForward() }
    case .left: buffer.moveLeft()
    case .right: buffer.moveRight()
    case .home: buffer.moveToLineStart()
    case .end: buffer.moveToLineEnd()
    case .wordLeft: buffer.moveWordLeft()
    case .wordRight: buffer.moveWordRight()
    case .killToEnd: change(.other) { $0.killToLineEnd() }
    case .killToStart: change(.other) { $0.killToLineStart() }
    case .killWord: change(.other) { $0.killWord() }
    case .killWordForward: change(.other) { $0.killWordForward() }
    case .yank: change(.other) { $0.yank() }
    default: break
    }
  }

  private mutating func change(_ kind: UndoSteps.Kind, _ body: (inout EditBuffer) -> Void) {
    undoSteps.record(buffer, kind)
    body(&buffer)
  }

  private mutating func recall(_ wanted: Int) {
    guard entries.indices.contains(wanted) else { return }
    entries[entry] = buffer.text
    entry = wanted
    buffer.set(entries[entry])
  }

  // MARK: Searching

  /// Nil when the key ended the search and is to be taken as any other.
  private mutating func takeInSearch(_ key: Key) -> Step? {
    guard var state = search else { return nil }
    switch key {
    case .text(let text): state.extend(text, in: entries)
    case .backspace: state.shorten(in: entries)
    case .search: state.older(in: entries)
    case .cancel, .interrupt:
      search = nil
      return .goOn
    case .ignored: return .goOn
    default:
      search = nil
      if let found = state.found(in: entries) { set(found: found) }
      return nil
    }
    search = state
    return .goOn
  }

  private mutating func set(found: String) {
    undoSteps.record(buffer, .other)
    buffer.set(found)
  }

  /// The text that the search shows now.
  var foundText: String? { search.flatMap { $0.found(in: entries) } }

  // MARK: Completing

  private mutating func offer(_ complete: (String, String) -> Completion, step: Int) {
    if var open = menu {
      let old = open.selected.map { open.candidates[$0] }
      let oldCount = old?.count ?? open.typedCount
      buffer.replace(before: oldCount, with: open.move(step))
      menu = open
      return
    }
    if buffer.isAtIndentation, !buffer.characters.isEmpty || step < 0 {
      if step > 0 { change(.other) { $0.insert("  ") } }
      return
    }
    let completion = complete(buffer.textBeforeCursor, buffer.textBehindCursor)
    guard let first = completion.candidates.first else { return }
    undoSteps.record(buffer, .other)
    if completion.candidates.count == 1 {
      buffer.replace(before: completion.replaced, with: first)
      return
    }
    let shared = completion.sharedStart
    var typed = completion.replaced
    if shared.count > completion.replaced {
      buffer.replace(before: completion.replaced, with: shared)
      typed = shared.count
    }
    menu = CompletionMenu(candidates: completion.candidates, typedCount: typed)
  }
}
