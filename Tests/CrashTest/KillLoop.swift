struct KillWorker {
  init(_ arguments: [String]) {}
  func run() -> Never { fatalError() }
}
struct KillLoop {
  init(_ options: CrashOptions) {}
  func run() -> Bool { true }
}
