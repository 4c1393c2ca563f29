import Columnar
import Parquet
import Testing

/// Damaged files end in an error or in values, never in a trap or without end.
@Suite struct MutationTests {
  /// Small, and together of every encoding, codec and nesting.
  static let seeds = [
    "alltypes_dictionary.parquet", "binary.parquet", "byte_array_decimal.parquet",
    "datapage_v2.snappy.parquet", "delta_length_byte_array.parquet",
    "byte_stream_split_extended.gzip.parquet", "int64_decimal.parquet",
    "list_columns.parquet", "lz4_raw_compressed.parquet", "nested_lists.snappy.parquet",
    "nested_maps.snappy.parquet", "nonnullable.impala.parquet", "nulls.snappy.parquet",
    "nullable.impala.parquet", "old_list_structure.parquet", "rle_boolean_encoding.parquet",
    "delta_encoding_required_column.parquet", "delta_byte_array.parquet",
    "delta_binary_packed.parquet", "float16_nonzeros_and_nans.parquet",
    "hadoop_lz4_compressed.parquet", "repeated_no_annotation.parquet",
  ]

  /// Reads what can be read, within a small budget.
  static func outcome(_ bytes: [UInt8]) -> Int {
    var budget = ReadBudget()
    budget.pageBytes = 1 << 22
    budget.batchBytes = 1 << 22
    budget.chunkBytes = 1 << 23
    var rows = 0
    do throws(ParquetError) {
      let file = try ParquetFile(file: BytesFile(bytes), budget: budget)
      for rowGroup in 0..<min(file.rowGroupCount, 4) {
        for column in file.columnNames.indices.prefix(64) {
          do throws(ParquetError) {
            let reader = try RowGroupReader(file, rowGroup: rowGroup, columns: [column])
            while let batch = try reader.next(maxRows: 1000), rows < 1_000_000 {
              rows += batch.rowCount
            }
          } catch { continue }
        }
      }
    } catch { return -1 }
    return rows
  }

  @Test(arguments: MutationTests.seeds)
  func `damage never traps`(name: String) {
    guard let original = TestFiles.bytes(TestFiles.conformance + "/data/" + name) else {
      print("skipped: \(TestFiles.conformance) is missing")
      return
    }
    #expect(MutationTests.outcome(original) > 0)
    var random = SplitMix(state: 0x7461_726E &+ UInt64(original.count))
    // Release builds try a thousand and more a file; debug builds are many times slower.
    let rounds = isDebug ? 60 : 1200
    var refused = 0
    for _ in 0..<rounds {
      if MutationTests.outcome(MutationTests.mutated(original, &random)) < 0 { refused += 1 }
    }
    #expect(refused < rounds)
  }

  private var isDebug: Bool {
    var isDebug = false
    assert(
      {
        isDebug = true; return true
      }())
    return isDebug
  }

  private static func mutated(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = original
    let edits = 1 + Int(random.next() % 4)
    for _ in 0..<edits where !bytes.isEmpty {
      // Half of the damage goes to the footer, where lengths and offsets are.
      let tail = min(bytes.count, 900)
      let position =
        random.next() & 1 == 0
        ? Int(random.next() % UInt64(bytes.count))
        : bytes.count - 1 - Int(random.next() % UInt64(tail))
      switch random.next() % 6 {
      case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes[position] ^= 1 << UInt8(random.next() & 7)
      case 2: bytes[position] = random.next() & 1 == 0 ? 0xFF : 0
      case 3: bytes[position] &+= 1
      case 4: bytes.removeSubrange(position..<min(position + 4, bytes.count))
      default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: position)
      }
    }
    return bytes
  }
}

/// A small seeded generator (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
