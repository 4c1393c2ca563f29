import Columnar
package import Lakehouse
import QueryLanguage

/// Understands the arguments of the command line; every refusal is a `.usage` error with help.
package struct ArgumentReader {
  private var rest: [String]
  private var position = 0
  private var invocation = Invocation()
  /// Options in the order given, to be checked once the command is known.
  private var given: [(option: CommandOption, spelling: String)] = []

  /// - Parameters:
  ///   - arguments: Without the program's name.
  ///   - isFile: Whether a path is a file, for `tarn FILE`.
  package static func read(
    _ arguments: [String], isFile: (String) -> Bool
  ) throws(LakeError) -> Invocation {
    var reader = ArgumentReader(rest: arguments)
    try reader.readAll(isFile)
    try reader.check()
    return reader.invocation
  }

  private init(rest: [String]) { self.rest = rest }

  private mutating func readAll(_ isFile: (String) -> Bool) throws(LakeError) {
    var optionsEnded = false
    while position < rest.count {
      let argument = rest[position]
      position += 1
      if !optionsEnded, argument == "--" {
        optionsEnded = true
      } else if !optionsEnded, argument.hasPrefix("--") {
        try readLong(argument)
      } else if !optionsEnded, argument.hasPrefix("-"), argument != "-" {
        try readShort(argument)
      } else {
        try readPositional(argument, isFile)
      }
    }
  }

  private mutating func readPositional(
    _ argument: String, _ isFile: (String) -> Bool
  ) throws(LakeError) {
    if argument == "-" {
      invocation.sources.append(.standardInput)
    } else if invocation.subcommand == .query || invocation.subcommand == .shell {
      invocation.sources.append(.file(argument))
    } else if invocation.subcommand != nil {
      invocation.arguments.append(argument)
    } else if invocation.sources.isEmpty, let command = Subcommand(rawValue: argument) {
      invocation.subcommand = command
    } else if argument.hasSuffix(".sql") || isFile(argument) {
      invocation.sources.append(.file(argument))
    } else {
      throw unknownCommand(argument)
    }
  }

  private func unknownCommand(_ word: String) -> LakeError {
    if word.contains(" ") {
      return LakeError(
        .usage, "expected a command or a file, found '\(word)'",
        help: "a statement goes after -c: tarn -c \"\(word)\"")
    }
    let nearest = Suggestion.nearest(to: word, among: Subcommand.allCases.map(\.rawValue))
    return LakeError(
      .usage, "there is no command or file '\(word)'",
      help: nearest.map { "did you mean '\($0)'?" } ?? "tarn help lists the commands")
  }

  private mutating func readLong(_ argument: String) throws(LakeError) {
    let body = argument.dropFirst(2)
    let equals = body.firstIndex(of: "=")
    let name = String(body[..<(equals ?? body.endIndex)])
    let inline = equals.map { String(body[body.index(after: $0)...]) }
    if name == "version" {
      invocation.wantsVersion = true
      return
    }
    guard let option = CommandOption(rawValue: name) else {
      let nearest = Suggestion.nearest(to: name, among: CommandOption.allCases.map(\.rawValue))
      throw LakeError(
        .usage, "there is no option '--\(name)'",
        help: nearest.map { "did you mean '--\($0)'?" } ?? "tarn help lists the options")
    }
    if option == .landing, let inline {
      invocation.arguments.append(inline)
      return try take(option, spelling: "--" + name, inline: nil)
    }
    if inline != nil, option.value == nil {
      throw LakeError(.usage, "the option '--\(name)' takes no value")
    }
    try take(option, spelling: "--" + name, inline: inline)
  }

  private mutating func readShort(_ argument: String) throws(LakeError) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = CommandOption.allCases.first(where: { $0.letter == letter }) else {
        throw LakeError(
          .usage, "there is no option '-\(letter)'", help: "tarn help lists the options")
      }
      if option.value == nil {
        try take(option, spelling: "-\(letter)", inline: nil)
      } else {
        let inline = letters.isEmpty ? nil : String(letters)
        try take(option, spelling: "-\(letter)", inline: inline)
        return
      }
    }
  }

  private mutating func take(
    _ option: CommandOption, spelling: String, inline: String?
  ) throws(LakeError) {
    given.append((option, spelling))
    guard let placeholder = option.value else { return takeFlag(option) }
    if let inline { return try takeValue(option, inline) }
    guard position < rest.count else {
      throw LakeError(
        .usage, "the option '\(spelling)' needs a value",
        help: "write \(spelling) \(placeholder)")
    }
    position += 1
    try takeValue(option, rest[position - 1])
  }

  private mutating func takeFlag(_ option: CommandOption) {
    switch option {
    case .quiet: invocation.isQuiet = true
    case .noColor: invocation.noColor = true
    case .help: invocation.wantsHelp = true
    default: invocation.flags.insert(option)
    }
  }

  private mutating func takeValue(_ option: CommandOption, _ text: String) throws(LakeError) {
    switch option {
    case .lake: invocation.lake = text
    case .format: invocation.format = text
    case .output: invocation.output = text
    case .parameter: try takeParameter(text)
    case .asOf:
      try OptionValue.checkDate(text, option)
      invocation.businessDate = text
    case .date, .from, .to:
      try OptionValue.checkDate(text, option)
      invocation.values[option, default: []].append(text)
    case .poll:
      let seconds = try OptionValue.positive(text, option)
      guard seconds <= 86_400 else {
        throw LakeError(.usage, "expected --poll 1 to 86400 seconds, found '\(text)'")
      }
      invocation.values[option] = [text]
    case .settle:
      guard let seconds = Int(text), (0...86_400).contains(seconds) else {
        throw LakeError(.usage, "expected --settle 0 to 86400 seconds, found '\(text)'")
      }
      invocation.values[option] = [text]
    case .knownAt: invocation.knownAt = text
    case .threads: invocation.threads = try OptionValue.positive(text, option)
    case .memoryLimit: invocation.memoryLimit = try OptionValue.bytes(text, option)
    case .temporaryDirectory: invocation.temporaryDirectory = text
    case .actor: invocation.actor = text
    case .errors:
      guard text == "text" || text == "json" else {
        throw LakeError(.usage, "expected --errors text or json, found '\(text)'")
      }
      invocation.errorsAsJSON = text == "json"
    case .command: invocation.sources.append(.text(text))
    case .file: invocation.sources.append(text == "-" ? .standardInput : .file(text))
    default: invocation.values[option, default: []].append(text)
    }
  }

  private mutating func takeParameter(_ text: String) throws(LakeError) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw LakeError(
        .usage, "expected --param NAME=VALUE, found '\(text)'",
        help: "for example --param desk=FX_LDN, then :desk in the statement")
    }
    invocation.parameters[String(text[..<equals])] = String(text[text.index(after: equals)...])
  }

  /// What can only be judged once the command is known.
  private func check() throws(LakeError) {
    if invocation.wantsHelp || invocation.wantsVersion { return }
    let command = invocation.subcommand
    let own = command?.options ?? [.command, .file]
    for (option, spelling) in given
    where !CommandOption.common.contains(option) && !own.contains(option) {
      let owners = Subcommand.allCases.filter { $0.options.contains(option) }.map(\.rawValue)
      throw LakeError(
        .usage, "the option '\(spelling)' does not belong to '\(command?.rawValue ?? "tarn")'",
        help: "it belongs to: \(owners.joined(separator: ", "))")
    }
    guard let command else { return }
    let count = invocation.arguments.count
    let allowed = command.argumentCount
    let usage = "tarn \(command.rawValue) \(command.arguments)"
    if count < allowed.lowerBound {
      throw LakeError(
        .usage, "the command '\(command.rawValue)' needs \(command.arguments)",
        help: "for example: \(command.example)")
    }
    if count > allowed.upperBound {
      throw LakeError(
        .usage, "there is no place for '\(invocation.arguments[allowed.upperBound])'",
        help: "the command is written: \(usage)")
    }
    if command == .replay, count == 0, !invocation.flags.contains(.all) {
      throw LakeError(
        .usage, "the command 'replay' needs \(command.arguments)",
        help: "for example: \(command.example)")
    }
    if command == .ingest, count == 0, !invocation.flags.contains(.landing) {
      throw LakeError(
        .usage, "the command 'ingest' needs files, or --landing",
        help: "for example: \(command.example)")
    }
  }
}

/// Values of options, checked.
enum OptionValue {
  static func checkDate(_ text: String, _ option: CommandOption) throws(LakeError) {
    if CalendarDate(text) == nil {
      throw LakeError(
        .usage, "expected --\(option.rawValue) YYYY-MM-DD, found '\(text)'",
        help: "for example --\(option.rawValue) 2025-06-23")
    }
  }

  static func positive(_ text: String, _ option: CommandOption) throws(LakeError) -> Int {
    guard let number = Int(text), number > 0 else {
      throw LakeError(
        .usage, "expected a whole number above 0 after --\(option.rawValue), found '\(text)'")
    }
    return number
  }

  /// `512MB`, `2GiB`, `1000000`: k, m, g and t are powers of 1024.
  static func bytes(_ text: String, _ option: CommandOption) throws(LakeError) -> Int {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text[digits.endIndex...].lowercased()
    let shifts = ["": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40]
    var short = unit
    if short.count > 1 {
      for ending in ["ib", "b"] where short.hasSuffix(ending) {
        short.removeLast(ending.count)
        break
      }
    }
    if let number = Int(digits), number > 0, let shift = shifts[short],
      case let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift), !overflow
    {
      return product
    }
    throw LakeError(
      .usage, "expected a size after --\(option.rawValue), found '\(text)'",
      help: "for example --\(option.rawValue) 512MB or 2GB")
  }
}
