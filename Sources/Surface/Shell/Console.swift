package import FileStorage
import Glibc
package import Reports

/// The process's surroundings: its streams, terminal and environment. Tests make their own.
package struct Console {
  package var output: any ByteOutput
  /// Takes words for people: standard error.
  package var words: (String) -> Void
  package var inputIsTerminal = false
  package var outputIsTerminal = false
  package var wordsAreTerminal = false
  package var environment: (String) -> String?
  package var files: any SteppedFileStore
  /// The columns of the terminal, now.
  package var width: () -> Int
  /// The rows of the terminal, now.
  package var height: () -> Int = { 24 }
  /// Everything on standard input, or a line at a time for the shell.
  package var input: LineSource

  package init(
    output: any ByteOutput, words: @escaping (String) -> Void,
    environment: @escaping (String) -> String? = { _ in nil },
    files: any SteppedFileStore = LocalFileStore(), input: LineSource
  ) {
    self.output = output
    self.words = words
    self.environment = environment
    self.files = files
    self.input = input
    width = { 80 }
  }

  /// Those of this process.
  package static func process() -> Console {
    var console = Console(
      output: DescriptorOutput.standardOutput(), words: writeError,
      environment: environmentValue, input: LineSource(descriptor: STDIN_FILENO))
    console.inputIsTerminal = isatty(STDIN_FILENO) == 1
    console.outputIsTerminal = isatty(STDOUT_FILENO) == 1
    console.wordsAreTerminal = isatty(STDERR_FILENO) == 1
    console.width = { TerminalSize.columns(of: STDOUT_FILENO) ?? 80 }
    console.height = { TerminalSize.rows(of: STDOUT_FILENO) ?? 24 }
    return console
  }

  /// Colours only where a person looks, and nobody asked for none (no-color.org).
  package func usesColor(isTerminal: Bool, isForbidden: Bool) -> Bool {
    isTerminal && !isForbidden && (environment("NO_COLOR") ?? "").isEmpty
      && environment("TERM") != "dumb"
  }
}

/// The value of an environment variable.
func environmentValue(_ name: String) -> String? {
  // Safe: the text is copied at once, and nobody here changes the environment.
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}

/// Writes words to standard error; nothing can be done when that fails.
func writeError(_ text: String) {
  writeAll(Array(text.utf8), to: STDERR_FILENO)
}

/// Writes all bytes, whatever interrupts; gives up on an error.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  var start = 0
  while start < bytes.count {
    // Safe: the pointer lives through the call, and the count is what is left behind it.
    let written = unsafe bytes.withUnsafeBytes { raw in
      unsafe write(descriptor, raw.baseAddress.map { unsafe $0 + start }, raw.count - start)
    }
    if written > 0 {
      start += written
    } else if errno != EINTR {
      return
    }
  }
}

/// The size of a terminal.
enum TerminalSize {
  static func rows(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else {
      return nil
    }
    return Int(size.ws_row)
  }

  static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
