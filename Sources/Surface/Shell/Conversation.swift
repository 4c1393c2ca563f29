package import Columnar
package import Lakehouse

/// What the shell asks of a session; tests answer in its place.
package protocol Conversation: AnyObject {
  var options: Session.Options { get set }
  var progress: (done: Int, planned: Int, rows: Int) { get }

  func run(_ text: String, into sink: any ResultSink) throws(LakeError)
  func isIncomplete(_ text: String) -> Bool
  /// Safe from any thread.
  func cancel()
  func tableNames() throws(LakeError) -> [String]
  func describe(_ table: String) throws(LakeError) -> Schema
  var functionNames: [String] { get }
  var tableFunctionNames: [String] { get }
  func tagNames() throws(LakeError) -> [String]
  func measureNames() throws(LakeError) -> [String]
  /// The branch in use; nil on the lake itself.
  var branch: String? { get }
  /// The lake's snapshot that the branch in use started from.
  func branchStart() throws(LakeError) -> Int64
  func perform(_ command: LakeCommand, progress: @escaping (String) -> Void)
    throws(LakeError) -> Outcome
}

extension Session: Conversation {}

/// A session seen from the threads that watch it.
///
/// Safe: only `cancel` and `progress` are called through it, which any thread may call.
struct WatchedConversation: @unchecked Sendable {
  private let conversation: any Conversation

  init(_ conversation: any Conversation) { self.conversation = conversation }

  func cancel() { conversation.cancel() }
  var progress: (done: Int, planned: Int, rows: Int) { conversation.progress }
}
