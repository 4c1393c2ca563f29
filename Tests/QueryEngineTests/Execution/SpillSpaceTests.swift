import Columnar
import FileStorage
import QueryEngine
import TestSupport
import Testing
import Workers

/// Temporary files: what is left, what happens when the disk is full, and what memory is saved.
@Suite struct SpillSpaceTests {
  private static let rowCount = 12_000

  private static func sorted(_ rows: Int) -> LogicalPlan {
    let table = GeneratedTable(rowCount: rows)
    return .sort(
      .scan(
        ScanNode(table: PinnedTable(name: "g", source: table), columns: [0, 1, 2])),
      [SortKey(col(1, .int64), isDescending: false, nullsFirst: false)])
  }

  private static func context(
    _ store: any FileStore, _ directory: String, memory: Int
  ) -> ExecutionContext {
    ExecutionContext(
      pool: WorkerPool(threadCount: 2), memoryLimit: memory,
      spill: SpillSpace(store: store, directory: directory))
  }

  @Test func aFullDiskIsACleanErrorWhereverItMeetsTheStatement() throws {
    let directory = TemporaryDirectory()
    var fault = 1
    while true {
      let store = FaultyStore(
        over: LocalFileStore(), fault: .failure(at: fault, .noSpace))
      do {
        var count = 0
        try Executor().run(
          SpillSpaceTests.sorted(SpillSpaceTests.rowCount),
          context: SpillSpaceTests.context(store, directory.path, memory: 200_000)
        ) { batch throws(QueryError) in count += batch.rowCount }
        // Operations of the clean-up may fail without harm; after them there is nothing to meet.
        #expect(count == SpillSpaceTests.rowCount)
        if store.faultsMet == 0 { break }
      } catch {
        #expect(error.reason == .source)
        #expect(error.message.contains("no space left"), "\(error.message)")
      }
      fault += fault < 20 ? 1 : 37
    }
    #expect(fault > 20)
    SpillSpace.sweep(directory.path, store: LocalFileStore())
    let left = try LocalFileStore().list(directory.path).filter { !$0.name.hasSuffix(".lock") }
    #expect(left.count <= 2, "only what could not be removed: \(left)")
  }

  @Test func leftOversOfDeadProcessesAreSweptAndThoseOfLivingOnesStay() throws {
    let directory = TemporaryDirectory()
    let store = LocalFileStore()
    for name in ["spill-1-1", "spill-2-1"] {
      try store.makeDirectory(joinPath(directory.path, name))
      try store.create(joinPath(directory.path, name + "/1")).append([1, 2, 3])
      try store.create(joinPath(directory.path, name + ".lock")).close()
    }
    let living = try store.lock(joinPath(directory.path, "spill-2-1.lock"), waits: false)
    SpillSpace.sweep(directory.path, store: store)
    #expect(
      try store.list(directory.path).map(\.name) == ["spill-2-1", "spill-2-1.lock"])
    living.release()
    SpillSpace.sweep(directory.path, store: store)
    #expect(try store.list(directory.path).isEmpty)
  }

  @Test func cancellingRemovesTheFiles() throws {
    let directory = TemporaryDirectory()
    do {
      let context = SpillSpaceTests.context(
        LocalFileStore(), directory.path, memory: 200_000)
      let error = #expect(throws: QueryError.self) {
        try Executor().run(SpillSpaceTests.sorted(SpillSpaceTests.rowCount), context: context) {
          _ in context.cancel()
        }
      }
      #expect(error?.reason == .cancelled)
    }
    #expect(try LocalFileStore().list(directory.path).isEmpty)
  }

  @Test func withoutAPlaceToSpillTheLimitIsAnError() {
    let error = #expect(throws: QueryError.self) {
      try Executor().collect(
        SpillSpaceTests.sorted(SpillSpaceTests.rowCount),
        context: ExecutionContext(pool: WorkerPool(threadCount: 1), memoryLimit: 200_000))
    }
    #expect(error?.reason == .memory)
  }

  /// The rows are several times the limit; what the process held at most grows by no more than the
  /// limit and what the scan and the allocator need.
  @Test func residentMemoryStaysNearTheLimit() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let limit = 16 << 20
      _ = try Executor().collect(
        SpillSpaceTests.sorted(1000),
        context: SpillSpaceTests.context(LocalFileStore(), directory.path, memory: limit))
      let before = try peakMemory()
      var count = 0
      try Executor().run(
        SpillSpaceTests.sorted(1_000_000),
        context: SpillSpaceTests.context(LocalFileStore(), directory.path, memory: limit)
      ) { batch throws(QueryError) in count += batch.rowCount }
      let grown = try peakMemory() - before
      print("rows: \(count), memory grew by \(grown >> 20) MiB")
      #expect(count == 1_000_000)
      // In memory the sort takes well above 100 MiB.
      if grown > limit + (24 << 20) {
        throw QueryError(.memory, "the process grew by \(grown >> 20) MiB")
      }
    }
  }
}

/// The most memory that the process has had resident, in bytes.
private func peakMemory() throws -> Int {
  // Its size is not known before it is read.
  let file = try LocalFileStore().open("/proc/self/status")
  var bytes = [UInt8](repeating: 0, count: 4096)
  for length in stride(from: 4096, through: 256, by: -16) {
    bytes = [UInt8](repeating: 0, count: length)
    let isRead = unsafe bytes.withUnsafeMutableBytes { buffer in
      (try? unsafe file.read(at: 0, into: buffer)) != nil
    }
    if isRead { break }
  }
  let text = String(decoding: bytes, as: UTF8.self)
  guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let size = line.split(separator: " ").compactMap({ Int($0.filter(\.isNumber)) }).first
  else { throw QueryError(.source, "no VmHWM in /proc/self/status") }
  return size << 10
}

/// Rows that are made when they are read: id, a scattered number, a text.
private struct GeneratedTable: TableSource {
  let rows: Int
  let schema = Schema([Field("id", .int64), Field("number", .int64), Field("text", .string)])

  init(rowCount: Int) { rows = rowCount }

  var rowCount: Int? { rows }

  func scan(_ request: ScanRequest) -> any TableScan {
    Scan(schema: schema.projected(to: request.columns), columns: request.columns, rows: rows)
  }

  private struct Scan: TableScan {
    let schema: Schema
    let columns: [Int]
    let rows: Int

    static let perMorsel = 10_000
    var morselCount: Int { (rows + Scan.perMorsel - 1) / Scan.perMorsel }
    func rowCount(ofMorsel morsel: Int) -> Int? { nil }
    func open(morsel: Int) -> any BatchStream { Stream(self, morsel) }
  }

  private final class Stream: BatchStream {
    private let scan: Scan
    private let range: Range<Int>
    private var isDone = false

    init(_ scan: Scan, _ morsel: Int) {
      self.scan = scan
      range = morsel * Scan.perMorsel..<min(scan.rows, (morsel + 1) * Scan.perMorsel)
    }

    func next() -> Batch? {
      if isDone { return nil }
      isDone = true
      let ids = range.map { Int64($0) }
      let numbers = ids.map {
        Int64(truncatingIfNeeded: (UInt64(bitPattern: $0) &* 0x9e37_79b9_7f4a_7c15) >> 20)
      }
      let columns = [
        Column(.int64, .int64(ids)), Column(.int64, .int64(numbers)),
        Column(.string, .string(StringColumn(numbers.map { "text \($0)" }))),
      ]
      return Batch(
        schema: scan.schema, columns: scan.columns.map { columns[$0] }, rowCount: ids.count)
    }
  }
}
