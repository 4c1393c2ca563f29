import Lakehouse
struct DemoTour {
  init(
    console: Console, invocation: Invocation, options: Session.Options,
    make: @escaping (Session.Options) -> any Conversation
  ) {}
  func run() throws(LakeError) -> Int32 { 0 }
}
