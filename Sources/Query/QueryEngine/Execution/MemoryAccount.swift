import Columnar
import Synchronization

/// The bytes that the operators of one statement hold, roughly, against its limit.
final class MemoryAccount: Sendable {
  private let used = Atomic<Int>(0)
  private let exceeded = Atomic<Bool>(false)
  private let total: Int?
  let limit: Int

  /// - Parameter total: What messages call the limit, when this is a part of it.
  init(limit: Int, of total: Int? = nil) {
    self.limit = limit
    self.total = total
  }

  /// What an operator that begins now may take. Never less than an eighth: an operator that gives
  /// rows to disk needs room to work in, whatever those below it hold.
  var budget: Int { max(limit - used.load(ordering: .relaxed), limit / 8) }

  /// An account of its own for one operator, or one of `parts` that work side by side.
  func part(_ parts: Int = 1) -> MemoryAccount {
    MemoryAccount(limit: max(1, budget / max(1, parts)), of: total ?? limit)
  }

  /// Whether something did not fit.
  var isExceeded: Bool { exceeded.load(ordering: .relaxed) }

  /// - Throws: `.memory` when the limit would be exceeded; nothing is changed then.
  func change(from before: Int, to after: Int, _ what: String) throws(QueryError) {
    if before == after { return }
    let now = used.wrappingAdd(after - before, ordering: .relaxed).newValue
    if after > before, now > limit {
      used.wrappingSubtract(after - before, ordering: .relaxed)
      exceeded.store(true, ordering: .relaxed)
      let megabytes = (total ?? limit) >> 20
      throw QueryError(
        .memory,
        "\(what) needs more than the memory limit of \(megabytes) MiB (\(now >> 20) MiB held)",
        help: "raise --memory-limit, or filter or group by fewer rows")
    }
  }

  /// Bytes that are there already, whether or not they fit: what begins later has the less.
  func add(_ bytes: Int) { used.wrappingAdd(bytes, ordering: .relaxed) }

  func release(_ bytes: Int) { used.wrappingSubtract(bytes, ordering: .relaxed) }
}

/// Bytes on an account for as long as somebody keeps this.
final class MemoryHold: Sendable {
  private let account: MemoryAccount
  private let bytes = Atomic<Int>(0)

  init(_ account: MemoryAccount) { self.account = account }

  /// Of a result that is in memory already.
  convenience init(_ account: MemoryAccount, keeping bytes: Int) {
    self.init(account)
    keep(bytes)
  }

  deinit { account.release(bytes.load(ordering: .relaxed)) }

  /// Never refuses, because the bytes are held whatever is said here. One thread at a time.
  func keep(_ count: Int) {
    account.add(count - bytes.load(ordering: .relaxed))
    bytes.store(count, ordering: .relaxed)
  }

  /// One thread at a time.
  func set(_ count: Int, _ what: String) throws(QueryError) {
    try account.change(from: bytes.load(ordering: .relaxed), to: count, what)
    bytes.store(count, ordering: .relaxed)
  }
}

/// Counts the bytes of chunks, a dictionary that follows itself only once.
struct ChunkMeter {
  private var last: [StringValues?] = []

  mutating func bytes(of chunk: Chunk) -> Int {
    var total = chunk.byteCount
    if last.count < chunk.columns.count {
      last += [StringValues?](repeating: nil, count: chunk.columns.count - last.count)
    }
    for (index, column) in chunk.columns.enumerated() {
      guard case .string(let strings) = column.storage, strings.codes != nil,
        last[index] !== strings.values
      else { continue }
      last[index] = strings.values
      total += strings.values.bytes.count + strings.values.offsets.count * 4
    }
    return total
  }
}
