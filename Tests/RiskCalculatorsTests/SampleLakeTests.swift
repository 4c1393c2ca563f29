import Columnar
import Compression
import Glibc
import Testing

/// `lcr` over the sample lake's landing files gives the figures of lake/README.md.
@Suite struct SampleLakeTests {
  private static let root =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/lake/landing"
  private static let days = ["13", "16", "17", "18", "20", "23"]

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = unsafe fopen(root + "/" + path, "rb") else {
      Issue.record("\(root)/\(path) cannot be opened")
      return []
    }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 22)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    bytes.removeSubrange(count...)
    return bytes
  }

  private static func unpacked(_ gzip: [UInt8]) throws -> [UInt8] {
    let decoder = try StreamDecoder(.gzip, outputBudget: 1 << 24)
    decoder.feed(gzip)
    var bytes: [UInt8] = []
    while true {
      let piece = try decoder.read(upTo: 1 << 20)
      if piece.isEmpty { break }
      bytes += piece
    }
    try decoder.finish()
    return bytes
  }

  /// Rows of a CSV file by column, quotes understood, no line breaks inside fields.
  private static func rows(_ bytes: [UInt8], _ schema: Schema) -> [[String]] {
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(fields)
    guard !lines.isEmpty else { return [] }
    let header = lines.removeFirst()
    let places = schema.names.map { header.firstIndex(of: $0) }
    return lines.map { line in places.map { $0.map { line[$0] } ?? "" } }
  }

  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line where character != "\r" {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  private static func tables() throws -> LCRTables {
    var positions: [[String]] = []
    for day in days {
      for region in ["AMER", "EMEA"] {
        let packed = try read("liquidity/\(region)/2025/06/\(day)/liquidity.csv.gz")
        positions += rows(try unpacked(packed), LCRTables.positionSchema)
      }
    }
    return LCRTables(
      positions: positions,
      factors: rows(
        try read("lcr_factors/AMER/2025/06/13/basel-framework.csv"), LCRTables.factorSchema),
      rules: rows(
        try read("lcr_rules/AMER/2025/06/13/basel-framework.csv"), LCRTables.ruleSchema))
  }

  private static let expected: [String: [String]] = [
    "LE_DE": ["1.346114", "1.343704", "1.345662", "1.343862", "1.324774", "1.327037"],
    "LE_UK": ["1.079412", "1.072317", "1.068850", "1.060585", "1.057252", "0.983626"],
    "LE_US": ["1.214055", "1.207643", "1.196478", "1.190261", "1.202629", "1.194105"],
  ]

  @Test func theRatiosAreThoseOfTheReadme() throws {
    let tables = try Self.tables()
    let results = try tables.run(threads: 2).texts
    #expect(results.count == 18)
    for (entity, ratios) in Self.expected {
      let rows = results.filter { $0[1] == entity }
      #expect(rows.map { $0[12] } == ratios, "\(entity)")
      #expect(rows.map { $0[13] } == ratios.map { $0.hasPrefix("0") ? "breach" : "ok" })
    }
    #expect(try tables.run(output: "failures").rowCount == 0)
  }

  @Test func theCapsBindWhereTheReadmeSays() throws {
    for row in try Self.tables().run().texts {
      let (cap2B, cap2) = (row[5] != "0.00", row[6] != "0.00")
      switch row[1] {
      case "LE_DE": #expect(cap2B && cap2)
      case "LE_US": #expect(!cap2B && cap2)
      default: #expect(!cap2B && !cap2)
      }
    }
  }
}
