import Columnar
import FileStorage
import Ingest
import Testing
import TestSupport

/// Random bytes from a few characters that matter, so that deep states are met.
private func noise(_ seed: UInt64, _ alphabet: [UInt8], _ count: Int) -> [UInt8] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  return (0..<count).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return alphabet[Int(state >> 33) % alphabet.count]
  }
}

@Suite("Whatever the bytes are")
struct FuzzTests {
  private static let alphabets: [[UInt8]] = [
    Array("\"\"\",,\n\r\nab1.-".utf8), Array("{}[]:,\"\\ \nabtrue10".utf8),
    Array(0...255), Array("0123456789eE+-.,\n \"".utf8) + [0, 0xC3, 0xA9, 0xFF],
  ]

  /// Rows and rejects must be the same however the text is cut into pieces.
  @Test("reading ends with rows, rejects or an error, the same for every size of piece")
  func pieces() throws {
    let contract = contract("a string,b int,c money,d double,e date,f timestamp,g doubles")
    for seed in 0..<160 as Range<UInt64> {
      let alphabet = FuzzTests.alphabets[Int(seed % 4)]
      var bytes = noise(seed, alphabet, Int(seed * 7 % 900))
      if seed % 3 == 0 { bytes = Array("a,b,c\n".utf8) + bytes }
      if seed % 5 == 0 { bytes = Array("[{\"a\":\"".utf8) + bytes }
      var outcomes: Set<String> = []
      for pieceBytes in [1, 13, 1 << 16] {
        var options = ReadOptions()
        options.pieceBytes = pieceBytes
        do {
          let reading = try Reading(bytes: bytes, contract, options: options)
          outcomes.insert("\(reading.rows) \(reading.lines) \(reading.rejects)")
          let summary = reading.result.summary
          #expect(summary.recordsRead == summary.rowsAccepted + summary.recordsRejected)
        } catch let error as IngestError {
          outcomes.insert("\(error.kind)")
        }
      }
      #expect(outcomes.count == 1, "seed \(seed): \(outcomes)")
    }
  }

  @Test("inference ends, and its types read every record back")
  func inference() throws {
    for seed in 0..<200 as Range<UInt64> {
      let alphabet = FuzzTests.alphabets[Int(seed % 4)]
      let store = MemoryFileStore()
      try store.plant(noise(seed, alphabet, 400), at: "/in/x")
      guard let table = try? TextTable.open("/in/x", in: store) else { continue }
      let reader = try table.reader(ofFile: 0)
      do {
        while try reader.next() != nil {}
      } catch {
        #expect(error.kind != .inference, "seed \(seed): \(error)")
      }
    }
  }

  @Test("doubles are what the standard library reads")
  func doubles() throws {
    var state: UInt64 = 88_172_645_463_325_252
    var texts: [String] = []
    for _ in 0..<2000 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let value = Double(bitPattern: state)
      if value.isFinite { texts.append("\(value)") }
      texts.append("\(Int64(bitPattern: state) >> 20).\(state % 1_000_000)")
      texts.append("0.\(state)\(state)")
    }
    let reading = try Reading(
      "v\n" + texts.joined(separator: "\n") + "\n", contract("v double"))
    #expect(reading.rejects == [])
    #expect(reading.rows.map { shown($0[0]) } == texts.map { "\(Double($0) ?? .nan)" })
  }
}
