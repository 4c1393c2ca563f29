import Lakehouse

extension LakeCommand {
  /// A run by its number, a certificate by its file, or all runs.
  static func replay(_ invocation: Invocation) throws(LakeError) -> LakeCommand {
    let argument = invocation.arguments.first
    let method = invocation.value(.using)
    if invocation.flags.contains(.all) {
      guard argument == nil, method == nil else {
        throw LakeError(
          .usage, "expected nothing beside --all, found '\(argument ?? "--using")'",
          help: "tarn replay --all, or tarn replay RUN")
      }
      return .replayAll
    }
    guard let argument else {
      throw LakeError(
        .usage, "the command 'replay' needs \(Subcommand.replay.arguments)",
        help: "for example: \(Subcommand.replay.example)")
    }
    guard let run = Int64(argument) else {
      let isFile = argument.contains(".") || argument.contains("/")
      guard isFile, method == nil else {
        throw LakeError(
          .usage, "expected the number of a run, found '\(argument)'",
          help: "tarn runs lists them; a certificate is a file such as cert.json")
      }
      return .replayCertificate(file: argument)
    }
    guard run > 0 else {
      throw LakeError(
        .usage, "expected the number of a run, found '\(argument)'", help: "tarn runs lists them")
    }
    return method.map { .replayUsing(run: run, method: $0) } ?? .replay(run: run)
  }
}
