import Columnar
import FileStorage
import Ingest
import Testing
import TestSupport

private struct Overflow: Error {}

/// `b` must not be negative; a row with 13 makes the check throw.
private func check(_ action: RowCheck.Action, name: String = "positive") -> RowCheck {
  RowCheck(name: name, action: action) { batch in
    let values = batch.columns[1].storage.int32 ?? []
    if values.contains(13) { throw Overflow() }
    return Column(
      .boolean, .boolean(Bitmap(values.map { $0 >= 0 })), validity: batch.columns[1].validity)
  }
}

@Suite("A file under a contract")
struct IngestJobTests {
  private let text = "a,b\nx,1\n,2\ny,-1\nz,\nw,13\nv,q\nu,-2\n"

  @Test("is cleaned by type, then NOT NULL, then its checks in order")
  func quarantine() throws {
    let reading = try Reading(
      text,
      contract("a string!,b int", checks: [check(.quarantine), check(.quarantine, name: "x")]))
    #expect(
      reading.rejects == ["3 not null a", "4 positive", "6 positive", "7 type b", "8 positive"])
    #expect(reading.result.rejected[1].reason == "positive does not hold")
    #expect(reading.result.rejected[2].reason.hasPrefix("positive could not be evaluated"))
    #expect(reading.result.rejected[1].rawText == "y,-1")
    #expect(reading.rows.map { $0.map(shown) } == [["x", "1"], ["z", "-"]])
    #expect(reading.lines == [2, 5])
    #expect(reading.result.summary.recordsRead == 7)
    #expect("\(reading.result.summary.qualityScore)" == "0.285714")
  }

  @Test("keeps and counts what only warns; a row that two checks warn about counts once")
  func warnings() throws {
    let reading = try Reading(
      text, contract("a string!,b int", checks: [check(.warn), check(.warn, name: "again")]))
    let summary = reading.result.summary
    #expect(summary.warnings.map(\.check) == ["positive", "again"])
    #expect(summary.warnings.map(\.rowCount) == [3, 3])
    #expect(summary.warnings[0].sampleLines == [4, 6, 8])
    #expect(summary.rowsWarned == 3)
    #expect(summary.rowsAccepted == 5)
    #expect("\(summary.qualityScore)" == "0.285714")
  }

  @Test("is refused as a whole when a check that fails is broken")
  func failure() throws {
    #expect {
      try Reading(text, contract("a string!,b int", checks: [check(.fail)]))
    } throws: { error in
      guard let error = error as? IngestError else { return false }
      return error.kind == .check("positive") && error.line == 4
    }
  }

  @Test("is refused when it lacks a required column, naming the columns there are")
  func columns() throws {
    #expect {
      try Reading("a,c\n1,2\n", contract("a string,b int!"))
    } throws: { error in
      "\(error)" == "/in/file:1: expected the column b, found the columns a, c; add what is "
        + "missing to the file, or give it a default in the contract"
    }
    let reading = try Reading("c,A\n1,2\n", contract("a string,b int"))
    #expect(reading.rows.map { $0.map(shown) } == [["2", "-"]])
    #expect(
      reading.result.summary.notes == [
        "column 'c' of the file is not in the table and was ignored",
        "column 'b' is not in the file",
      ])
  }

  @Test("keeps beside it, as received, every record that could be split into fields")
  func received() throws {
    var contract = contract("a string!,b int", checks: [check(.quarantine)])
    contract.receivedColumns = ["b", "A"]
    let reading = try Reading("a,b\n\"x\"\"\",01\n,2\ny,-1\nz\nw, q \n", contract)
    #expect(reading.rejects == ["3 not null a", "4 positive", "5 field count", "6 type b"])
    let received = reading.result.received.flatMap { part in
      (0..<part.rows.rowCount).map {
        "\(part.lines[$0]) " + part.rows.row($0).map(shown).joined(separator: "|")
      }
    }
    #expect(received == ["2 01|x\"", "3 2|-", "4 -1|y", "6  q |w"])
    #expect(reading.result.received[0].rows.schema.names == ["b", "A"])
    let bronze = reading.result.received[0].withSource("f")
    #expect(bronze.schema.names == ["b", "A", "source_file", "source_line"])
    #expect(bronze.row(2).map(shown) == ["-1", "y", "f", "4"])

    let json = try Reading("{\"a\":\"x\\n\",\"b\":1.50}\n{\"a\":[1, 2]}\n{", contract)
    let rows = json.result.received.flatMap { part in
      (0..<part.rows.rowCount).map { part.rows.row($0).map(shown) }
    }
    #expect(rows == [["1.50", "x\n"], ["-", "[1, 2]"]])
    #expect(json.rejects == ["1 type b", "2 type a", "3 json"])
  }

  @Test(
    "is a file error when it is no text, or its compression is damaged",
    arguments: [
      ([0x50, 0x4B, 0x03, 0x04, 0, 0], "a zip archive"),
      ([0xFF, 0xFE, 0x61, 0x00], "UTF-16 text"),
      ([UInt8](repeating: 1, count: 4000), "bytes that are no text"),
      ([0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3], "gzip data ends too early"),
      ([0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF], "damaged gzip data"),
      ([0x28, 0xB5, 0x2F, 0xFD, 0xFF], "zstd"),
      (Array("PAR1".utf8), "Parquet"),
    ] as [([UInt8], String)])
  func damaged(bytes: [UInt8], found: String) throws {
    #expect {
      try Reading(bytes: bytes, contract("a string"))
    } throws: { error in
      error is IngestError && "\(error)".contains(found)
    }
  }

  @Test("is a file error when there is no such file")
  func missing() throws {
    #expect {
      try IngestJob(contract("a int")).result("/none", in: MemoryFileStore())
    } throws: { error in
      guard case .unreadable(let reason) = (error as? IngestError)?.kind else { return false }
      return reason.reason == .notFound
    }
  }
}
