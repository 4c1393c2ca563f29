import Lakehouse
import Reports

/// A command line, understood.
package struct Invocation: Sendable {
  /// Statements to run, in the order of the command line.
  package enum Source: Sendable, Equatable {
    case text(String)
    case file(String)
    case standardInput
  }

  package var subcommand: Subcommand?
  package var arguments: [String] = []
  package var sources: [Source] = []
  package var lake: String?
  /// The name of the format as typed.
  package var format: String?
  package var output: String?
  package var parameters: [String: String] = [:]
  package var businessDate: String?
  package var knownAt: String?
  package var threads: Int?
  /// In bytes.
  package var memoryLimit: Int?
  package var temporaryDirectory: String?
  package var actor: String?
  package var isQuiet = false
  package var noColor = false
  package var errorsAsJSON = false
  package var wantsHelp = false
  package var wantsVersion = false
  /// Options of the command without a value.
  package var flags: Set<CommandOption> = []
  /// Options of the command with a value, in order.
  package var values: [CommandOption: [String]] = [:]

  package init() {}

  /// What was given last for an option of the command.
  package func value(_ option: CommandOption) -> String? { values[option]?.last }
}
