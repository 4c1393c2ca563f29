import Columnar
import DeltaLake
import Testing

@Suite("Deletion vectors")
struct DeletionVectorTests {
  /// The inline example of PROTOCOL.md, "JSON Example 3".
  private let example = "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L"

  @Test("the protocol's inline example removes the rows it says")
  func inlineExample() throws {
    let bytes = try #require(Z85.decode(example.utf8))
    #expect(bytes.count == 40)
    #expect(DeletionVector(parsing: bytes)?.rows == [3, 4, 7, 11, 18, 29])
  }

  @Test("the portable form of the same rows, inline, removes them too")
  func portable() throws {
    let text = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L"
    let bytes = try #require(Z85.decode(text.utf8))
    #expect(DeletionVector(parsing: bytes)?.rows == [3, 4, 7, 11, 18, 29])
  }

  @Test("rows of a batch are kept or not by their position in the file")
  func keptRows() throws {
    let vector = DeletionVector(rows: [3, 4, 7, 11])
    #expect(vector.keptRows(in: 0..<3) == nil)
    #expect(vector.keptRows(in: 12..<20) == nil)
    let kept = try #require(vector.keptRows(in: 4..<12))
    #expect(kept.setIndices() == [1, 2, 4, 5, 6])
  }

  @Test("runs, bitmaps and several buckets are read")
  func containers() throws {
    func little(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    // Bucket 0: one run container 5…9. Bucket 1: one bitmap container of every even row.
    var bytes = little(1_681_511_377, 4) + little(2, 8)
    bytes += little(0, 4) + little(12347, 4) + [1] + little(0, 2) + little(4, 2)
    bytes += little(1, 2) + little(5, 2) + little(4, 2)
    bytes += little(1, 4) + little(12346, 4) + little(1, 4) + little(0, 2) + little(32767, 2)
    bytes += little(0, 4) + [UInt8](repeating: 0x55, count: 8192)
    let rows = try #require(DeletionVector(parsing: bytes)).rows
    #expect(Array(rows[..<5]) == [5, 6, 7, 8, 9])
    #expect(rows.count == 5 + 32768)
    #expect(rows[6] == 1 << 32 + 2)
    for cut in 0..<bytes.count where cut % 97 == 0 {
      #expect(DeletionVector(parsing: bytes[..<cut]) == nil)
    }
  }

  @Test("runs that stand for more rows than expected, or overlap, are refused")
  func bombs() {
    func little(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    func vector(runs: [(UInt64, UInt64)]) -> [UInt8] {
      var bytes = little(1_681_511_377, 4) + little(1, 8) + little(0, 4) + little(12347, 4)
      bytes += [1] + little(0, 2) + little(9, 2) + little(UInt64(runs.count), 2)
      for run in runs { bytes += little(run.0, 2) + little(run.1, 2) }
      return bytes
    }
    #expect(DeletionVector(parsing: vector(runs: [(0, 9)]), rowLimit: 10)?.rows.count == 10)
    #expect(DeletionVector(parsing: vector(runs: [(0, 9)]), rowLimit: 9) == nil)
    #expect(DeletionVector(parsing: vector(runs: [(0, 9), (5, 9)])) == nil)
    #expect(DeletionVector(parsing: vector(runs: [(1, 65535)])) == nil)
  }

  @Test("a stored vector is found by its UUID, checked by its checksum and cardinality")
  func stored() throws {
    let log = LogFixture()
    let data = try #require(Z85.decode(example.utf8))
    func write(checksum: [UInt8]) {
      log.store.put(
        [1, 0, 0, 0, 40] + data + checksum,
        at: "t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin")
    }
    func commit(cardinality: Int) {
      log.commit(
        0,
        #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}"#,
        LogFixture.metadataLine,
        #"{"add":{"path":"f","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true,"deletionVector":{"storageType":"u","pathOrInlineDv":"ab^-aqEH.-t@S}K{vb[*k^","offset":1,"sizeInBytes":40,"cardinality":\#(cardinality)}}}"#
      )
    }
    func load() throws -> DeletionVector? {
      let scan = try DeltaScan(log.table.snapshot(), in: log.store)
      return try scan.deletedRows(of: scan.files[0])
    }
    commit(cardinality: 6)
    #expect(throws: DeltaError.self) { try load() }
    write(checksum: crc32(data))
    #expect(try load()?.rows == [3, 4, 7, 11, 18, 29])
    commit(cardinality: 5)
    #expect(throws: DeltaError.self) { try load() }
    commit(cardinality: 6)
    write(checksum: [0, 0, 0, 0])
    #expect(throws: DeltaError.self) { try load() }
  }

  /// Bit by bit, independent of the table-driven one that is tested.
  private func crc32(_ bytes: [UInt8]) -> [UInt8] {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~value >> UInt32($0)) }
  }
}
