import CKernels
import Columnar
import FileStorage
package import Lakehouse
import Reports

/// The command `tarn`: from arguments to an exit status.
package struct CommandLineTool {
  private let console: Console
  private let makeConversation: (Session.Options) -> any Conversation

  /// Runs the process's command and returns its exit status (DESIGN "Exit codes").
  ///
  /// - Parameter arguments: With the program's name first.
  package static func run(_ arguments: [String]) -> Int32 {
    ck_memory_keep()
    Interrupts.ignoreBrokenPipes()
    let console = Console.process()
    let tool = CommandLineTool(console: console) { options in
      let session = Session(options: options)
      session.fileSinks = ResultFile.maker(console.files)
      return session
    }
    return tool.run(Array(arguments.dropFirst()))
  }

  package init(
    console: Console, makeConversation: @escaping (Session.Options) -> any Conversation
  ) {
    self.console = console
    self.makeConversation = makeConversation
  }

  /// - Parameter arguments: Without the program's name.
  package func run(_ arguments: [String]) -> Int32 {
    // A command line that is not understood is told in the form that it asks for, too.
    var wantsJSON =
      arguments.contains("--errors=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == "--errors" && $1 == "json" }
    do throws(LakeError) {
      let invocation = try ArgumentReader.read(arguments) { path in
        ((try? console.files.status(path)) ?? nil).map { !$0.isDirectory } ?? false
      }
      wantsJSON = invocation.errorsAsJSON
      let status = try perform(invocation)
      try console.output.finish()
      return status
    } catch {
      return report(error, asJSON: wantsJSON, noColor: arguments.contains("--no-color"))
    }
  }

  private func perform(_ invocation: Invocation) throws(LakeError) -> Int32 {
    if invocation.wantsHelp || invocation.subcommand == .help {
      try showHelp(invocation)
      return 0
    }
    if invocation.wantsVersion || invocation.subcommand == .version {
      try console.output.write(HelpText.version + "\n")
      return 0
    }
    var options = Session.Options(lakePath: lakePath(invocation))
    options.threads = invocation.threads
    options.memoryLimit = invocation.memoryLimit
    options.temporaryDirectory = invocation.temporaryDirectory
    options.businessDate = invocation.businessDate
    options.knownAt = invocation.knownAt
    options.parameters = invocation.parameters
    options.actor = invocation.actor
    if invocation.subcommand == .demo {
      return try DemoTour(console: console, invocation: invocation, options: options) {
        makeConversation($0)
      }.run()
    }
    if invocation.subcommand == .schedule {
      try console.output.write(try SystemdUnits(invocation, lake: options.lakePath).text)
      return 0
    }
    let conversation = makeConversation(options)
    if invocation.subcommand == .report {
      return try ReportCommand(console: console, invocation: invocation).run(conversation)
    }
    if invocation.subcommand == .extract {
      return try ExtractCommand(console: console, invocation: invocation).run(conversation)
    }
    if invocation.subcommand == .scheduler {
      let poll = invocation.value(.poll).flatMap { Int($0) } ?? Scheduler.defaultPoll
      return try Scheduler(
        console: console, conversation: conversation, pollSeconds: poll,
        targets: NoticeTargets(invocation), landing: try LandingFolder(invocation)
      ).run()
    }
    if invocation.subcommand == .replayMarket {
      return try MarketReplay(console: console, conversation: conversation, invocation).run()
    }
    let results = try ResultWriter(console: console, invocation: invocation)
    let status: Int32
    do throws(LakeError) {
      status = try run(invocation, conversation, results)
      try results.finish()
    } catch {
      results.abandon()
      throw error
    }
    return status
  }

  private func run(
    _ invocation: Invocation, _ conversation: any Conversation, _ results: ResultWriter
  ) throws(LakeError) -> Int32 {
    let command = invocation.subcommand ?? .query
    if let lakeCommand = try LakeCommand(invocation) {
      return try LakeCommandRunner(results: results).run(lakeCommand, conversation)
    }
    let isShell = command == .shell || (invocation.sources.isEmpty && invocation.subcommand == nil)
    for source in invocation.sources {
      let text: String
      switch source {
      case .text(let statement): text = statement
      case .file(let path): text = try readStatements(path)
      case .standardInput: text = try checkedText(console.input.rest(), name: "standard input")
      }
      try results.run(text, conversation)
    }
    guard isShell || invocation.sources.isEmpty else { return 0 }
    let isInteractive =
      console.inputIsTerminal && (console.outputIsTerminal || command == .shell)
    if command == .query, invocation.subcommand != nil, isInteractive {
      throw LakeError(
        .usage, "expected statements after -c, in a file, or on standard input",
        help: "for example: \(Subcommand.query.example)")
    }
    return try Repl(
      console: console, conversation: conversation, results: results,
      isInteractive: isInteractive
    ).run()
  }

  private func readStatements(_ path: String) throws(LakeError) -> String {
    try StatementFile.read(path, files: console.files)
  }

  private func checkedText(_ bytes: [UInt8], name: String) throws(LakeError) -> String {
    try StatementFile.text(of: bytes, name: name)
  }

  private func lakePath(_ invocation: Invocation) -> String {
    if let path = invocation.lake { return path }
    if let path = console.environment("TARN_LAKE"), !path.isEmpty { return path }
    return "./lake"
  }

  private func showHelp(_ invocation: Invocation) throws(LakeError) {
    var command = invocation.subcommand
    if command == .help {
      command = nil
      if let name = invocation.arguments.first {
        if let script = CompletionScripts(rawValue: name) {
          return try console.output.write(script.text)
        }
        guard let named = Subcommand(rawValue: name) else {
          throw LakeError(
            .usage, "there is no command '\(name)'", help: "tarn help lists the commands")
        }
        command = named
      }
    }
    try console.output.write(command.map(HelpText.text) ?? HelpText.overview())
  }

  private func report(_ error: LakeError, asJSON: Bool, noColor: Bool) -> Int32 {
    if (console.output as? DescriptorOutput)?.isClosedByReader == true { return 0 }
    console.output.abandon()
    let usesColor = console.usesColor(isTerminal: console.wordsAreTerminal, isForbidden: noColor)
    console.words(ErrorRenderer(usesColor: usesColor, asJSON: asJSON).text(error))
    return error.exitStatus
  }
}

/// Reads statements from files.
enum StatementFile {
  /// The files named, and the `.sql` files of the directories, by name.
  static func list(
    _ paths: [String], files: any SteppedFileStore
  ) throws(LakeError) -> [String] {
    var found: [String] = []
    for path in paths {
      do throws(FileError) {
        guard let status = try files.status(path), status.isDirectory else {
          found.append(path)
          continue
        }
        let entries = try files.list(path).map(\.name).filter { $0.hasSuffix(".sql") }
        found += entries.sorted().map { joinPath(path, $0) }
      } catch {
        throw LakeError(.storage, "could not read '\(path)': \(error.reason)")
      }
    }
    return found
  }

  static func read(_ path: String, files: any SteppedFileStore) throws(LakeError) -> String {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(path)
    } catch {
      let isMissing = error.reason == .notFound
      throw LakeError(
        isMissing ? .usage : .storage,
        isMissing ? "there is no file '\(path)'" : "could not read '\(path)': \(error.reason)")
    }
    return try text(of: bytes, name: "'\(path)'")
  }

  static func text(of bytes: [UInt8], name: String) throws(LakeError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw LakeError(
        .statement, "expected statements as UTF-8 text in \(name), found other bytes",
        help: "to read data, name the file in FROM: SELECT * FROM 'file.parquet'")
    }
    return text
  }
}
