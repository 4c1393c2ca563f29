import Glibc

// Fuzz TARGET EXECUTIONS SEED CORPUS BLACKBOX
//
// `scripts/fuzz` builds this with AddressSanitizer and keeps the input that crashed.

let targets: [any FuzzTarget.Type] = [
  ParquetTarget.self, LogTarget.self, CheckpointTarget.self, DeletionVectorTarget.self,
]
let arguments = CommandLine.arguments
guard arguments.count == 6, let executions = Int(arguments[2]), let seed = UInt64(arguments[3]),
  let type = targets.first(where: { $0.name == arguments[1] })
else {
  print("usage: Fuzz \(targets.map { $0.name }.joined(separator: "|")) N SEED CORPUS BLACKBOX")
  exit(2)
}
guard let blackBox = BlackBox(path: arguments[5]) else {
  print("'\(arguments[5])' cannot be made")
  exit(2)
}
let fuzzer = Fuzzer(
  target: try type.init(), name: type.name, corpus: arguments[4], blackBox: blackBox)
print(fuzzer.run(executions: executions, seed: seed))
