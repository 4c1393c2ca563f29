/// Cuts a script into statements without parsing them, and tells a prompt whether to read on.
package enum StatementSplitter {
  /// One statement of a script, without its semicolon and without blanks around it.
  package struct Piece: Sendable, Equatable {
    package var text: String
    /// Where `text` begins in the script, in UTF-8 bytes.
    package var offset: Int
    /// Whether a semicolon followed.
    package var isTerminated: Bool
  }

  /// What a prompt should do with the text typed so far.
  package enum Completeness: Sendable, Equatable {
    /// Only blanks and comments.
    case empty
    /// Ends with a semicolon outside everything: run it. Errors inside are for the parser to tell.
    case complete
    case incomplete(Reason)
  }

  package enum Reason: Sendable, Equatable {
    case openString
    case openQuotedName
    case openComment
    case openParenthesis
    case openBracket
    case missingSemicolon
  }

  /// The statements of `script`; empty ones are left out. Text that cannot be cut into words is one
  /// piece up to its end.
  package static func pieces(of script: String) -> [Piece] {
    scan(script).pieces
  }

  package static func completeness(of text: String) -> Completeness {
    scan(text).completeness
  }

  private static func scan(_ text: String) -> (pieces: [Piece], completeness: Completeness) {
    var lexer = Lexer(text)
    var pieces: [Piece] = []
    var start: Int?
    var end = 0
    var open: [Symbol] = []
    var failure: Lexer.Failure?
    func close(isTerminated: Bool) {
      guard let begin = start else { return }
      let piece = lexer.text(from: begin, to: end)
      pieces.append(Piece(text: piece, offset: begin, isTerminated: isTerminated))
      start = nil
      open = []
    }
    do throws(Lexer.Failure) {
      while true {
        let token = try lexer.next()
        if token.kind == .endOfText { break }
        if token.isSymbol(.semicolon) {
          close(isTerminated: true)
          continue
        }
        start = start ?? token.start
        end = token.end
        track(token, in: &open)
      }
    } catch {
      failure = error
      start = start ?? error.diagnostic.range.start
      end = lexer.bytes.count
    }
    let reason = reason(failure: failure, open: open)
    let isOpen = start != nil
    close(isTerminated: false)
    if let failure, failure.unfinished == nil { return (pieces, .complete) }
    if isOpen { return (pieces, .incomplete(reason)) }
    return (pieces, pieces.isEmpty ? .empty : .complete)
  }

  private static func track(_ token: Token, in open: inout [Symbol]) {
    switch token.kind {
    case .symbol(.leftParenthesis): open.append(.leftParenthesis)
    case .symbol(.leftBracket): open.append(.leftBracket)
    case .symbol(.rightParenthesis) where open.last == .leftParenthesis: open.removeLast()
    case .symbol(.rightBracket) where open.last == .leftBracket: open.removeLast()
    default: break
    }
  }

  private static func reason(failure: Lexer.Failure?, open: [Symbol]) -> Reason {
    switch failure?.unfinished {
    case .string: return .openString
    case .quotedName: return .openQuotedName
    case .comment: return .openComment
    case nil: break
    }
    switch open.last {
    case .leftParenthesis: return .openParenthesis
    case .leftBracket: return .openBracket
    default: return .missingSemicolon
    }
  }
}
