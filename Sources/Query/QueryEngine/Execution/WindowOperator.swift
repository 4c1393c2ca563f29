import Columnar

struct WindowOperator {
  let node: WindowNode
  let context: ExecutionContext
  func run(_ all: Chunk) throws(QueryError) -> [Chunk] {
    throw QueryError(.unsupported, "window functions")
  }
}
extension WindowCall {
  var reads: Set<Int> { [] }
}
