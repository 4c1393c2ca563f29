import Columnar
import FileStorage
import Glibc
import Lakehouse
import Reports
import TestSupport
import Testing

@Suite struct OutputTests {
  @Test func aFileAppearsOnlyWhenItIsFinished() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "r.csv")
    let store = LocalFileStore()
    let output = try FileOutput(path: path, store: store)
    try output.write("half")
    try output.flush()
    #expect(try store.status(path) == nil)
    try output.finish()
    #expect(String(decoding: try store.read(path), as: UTF8.self) == "half")
    #expect(try store.list(directory.path).map(\.name) == ["r.csv"])
  }

  @Test func anAbandonedFileLeavesWhatWasThere() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "r.csv")
    let store = LocalFileStore()
    try store.replace(Array("old".utf8), at: path)
    let output = try FileOutput(path: path, store: store)
    try output.write("new and broken")
    output.abandon()
    #expect(String(decoding: try store.read(path), as: UTF8.self) == "old")
    #expect(try store.list(directory.path).map(\.name) == ["r.csv"])
  }

  @Test func aMissingDirectoryIsSaidBeforeAnyWork() {
    let error = #expect(throws: LakeError.self) {
      try FileOutput(path: "/no/such/place/r.csv", store: LocalFileStore())
    }
    #expect(
      error?.message == "could not write '/no/such/place/r.csv': its directory does not exist")
  }

  @Test func aReaderThatGoesAwayIsNoticed() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    close(ends[0])
    let output = DescriptorOutput(ends[1], name: "the pipe")
    try output.write("x")
    #expect(throws: LakeError.self) { try output.flush() }
    #expect(output.isClosedByReader)
    close(ends[1])
  }

  @Test func bytesPassADescriptorInOrder() throws {
    let directory = TemporaryDirectory()
    let path = joinPath(directory.path, "out")
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
    let output = DescriptorOutput(descriptor, name: "a file")
    var expected: [UInt8] = []
    for size in [1, 70_000, 5, 65_536, 65_535, 2] {
      let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size)
      expected += bytes
      try output.write(bytes)
    }
    try output.finish()
    close(descriptor)
    #expect(try LocalFileStore().read(path) == expected)
  }

  @Test func parquetWritesAFileWithItsMagicAtBothEnds() throws {
    let output = MemoryOutput()
    let part = batch([("n", integers([1, 2, 3])), ("s", texts(["a", "b", "a"]))])
    let sink = ParquetSink(output: output)
    try sink.begin(part.schema)
    try sink.rows(part)
    try sink.end(ResultSummary())
    #expect(output.bytes.starts(with: Array("PAR1".utf8)))
    #expect(output.bytes.suffix(4).elementsEqual("PAR1".utf8))
    #expect(throws: LakeError.self) { try sink.begin(part.schema) }
  }

  @Test(arguments: [
    ("r.csv", ResultFormat?.some(.csv)), ("a.b/r.PARQUET", .parquet), ("r.jsonl", .ndjson),
    ("r", nil), ("r.txt", nil),
  ])
  func aFileNameAsksForItsFormat(_ name: String, _ format: ResultFormat?) {
    #expect(ResultFormat(fileName: name) == format)
  }
}
