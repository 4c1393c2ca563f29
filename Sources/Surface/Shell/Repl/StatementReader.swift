/// What came from the prompt.
package enum PromptEvent: Equatable {
  /// A whole statement, or a dot command.
  case text(String)
  /// Ctrl-C at the prompt: what was typed is dropped.
  case interrupted
  case endOfInput
}

/// Reads whole statements: from a terminal with an editor, or line by line from anything else.
package protocol StatementReader: AnyObject {
  /// - Parameters:
  ///   - prompt: Stands before the first line; before the others stand blanks and `…`.
  ///   - isComplete: Whether the text can be run.
  func next(prompt: String, isComplete: (String) -> Bool) -> PromptEvent
  /// Keeps the text for the arrow keys of later prompts.
  func remember(_ text: String)
}

/// Reads from a pipe, a file, or a terminal that cannot be edited on.
final class PlainStatementReader: StatementReader {
  private let source: LineSource
  private let showPrompt: ((String) -> Void)?

  /// - Parameter showPrompt: Shows prompts; nil when nobody looks.
  init(_ source: LineSource, showPrompt: ((String) -> Void)? = nil) {
    self.source = source
    self.showPrompt = showPrompt
  }

  func next(prompt: String, isComplete: (String) -> Bool) -> PromptEvent {
    showPrompt?(prompt)
    guard var text = source.nextLine() else { return .endOfInput }
    while !isComplete(text) {
      showPrompt?(ContinuationPrompt.text(for: prompt))
      guard let line = source.nextLine() else { return .text(text) }
      text += "\n" + line
    }
    return .text(text)
  }

  func remember(_ text: String) {}
}

/// What stands before the second and later lines of a statement.
enum ContinuationPrompt {
  static func text(for prompt: String) -> String {
    String(repeating: " ", count: max(0, prompt.count - 2)) + "… "
  }
}
