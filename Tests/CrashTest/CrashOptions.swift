/// What the command line of `crash-test` asks for.
struct CrashOptions: Sendable {
  var crashes = 100_000
  var kills = 1000
  var failures = false
  var seed: UInt64 = 0
  var threads = 2
  var kind: String?
  var point: Int?
  /// Of the points, one in so many is crashed at.
  var every = 1
  /// Set in the processes that are killed: their lake, number and seed.
  var worker: [String]?

  struct Refusal: Error, CustomStringConvertible { let description: String }

  static let usage = """
    usage: crash-test [--crashes N] [--kills N] [--seed N] [--threads N] [--kind NAME] [--point N]
           [--every N] [--failures yes]
    """

  init(_ arguments: [String]) throws {
    if arguments.first == "worker" {
      worker = Array(arguments.dropFirst())
      return
    }
    var rest = arguments[...]
    func number<Number: FixedWidthInteger>(_ option: String, _ text: String) throws -> Number {
      guard let number = Number(text) else {
        throw Refusal(description: "\(option) is a number, not '\(text)'")
      }
      return number
    }
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Refusal(description: CrashOptions.usage) }
      switch option {
      case "--crashes": crashes = try number(option, value)
      case "--kills": kills = try number(option, value)
      case "--seed": seed = try number(option, value)
      case "--threads": threads = max(1, try number(option, value))
      case "--failures": failures = value == "yes"
      case "--kind": kind = value
      case "--every": every = max(1, try number(option, value))
      case "--point": point = try number(option, value)
      default: throw Refusal(description: CrashOptions.usage)
      }
    }
    if point != nil { kills = 0 }
  }
}
