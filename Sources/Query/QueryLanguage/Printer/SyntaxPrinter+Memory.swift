extension SyntaxPrinter {
  mutating func write(_ retain: Retain) {
    text += "RETAIN "
    if let duration = retain.duration { write(duration) } else { text += "DEFAULT" }
    switch retain.subject {
    case .lake: break
    case .runs: text += " FOR RUNS"
    case .table(let name):
      text += " FOR TABLE "
      write(name)
    }
  }

  mutating func write(_ branch: BranchStatement) {
    switch branch {
    case .create(let name, let point):
      text += "CREATE BRANCH "
      write(name)
      if let point {
        text += " FROM "
        write(point.kind)
      }
    case .use(let name):
      text += "USE BRANCH "
      write(name)
    case .useMain: text += "USE MAIN"
    case .merge(let name):
      text += "MERGE BRANCH "
      write(name)
    case .drop(let name, let ifExists):
      text += "DROP BRANCH " + (ifExists ? "IF EXISTS " : "")
      write(name)
    }
  }
}
