import Columnar
import FileStorage
import Ingest
import Testing

/// The sample lake beside the tests.
private let landing =
  #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/lake/landing"

private let positions = contract(
  "trade_id string!,version int!,as_of_date date!,desk string!,book string!,"
    + "legal_entity string!,counterparty string!,product string!,currency string!,"
    + "notional money!,market_value money!,pv double!,dv01 double!,maturity_date date!,"
    + "trader string!",
  checks: [
    RowCheck(name: "notional_not_negative", action: .quarantine) { batch in
      let values = batch.columns[9].storage.int64 ?? []
      return Column(.boolean, .boolean(Bitmap(values.map { $0 >= 0 })))
    },
    RowCheck(name: "value_within_notional", action: .warn) { batch in
      let notional = batch.columns[9].storage.int64 ?? []
      let value = batch.columns[10].storage.int64 ?? []
      return Column(
        .boolean,
        .boolean(Bitmap(zip(notional, value).map { $1 >= -2 * $0 && $1 <= 2 * $0 })))
    },
  ])

@Suite("The sample landing files")
struct LandingTests {
  @Test("have five planted errors on 18 June, each under its rule")
  func quarantine() throws {
    let result = try IngestJob(positions).result(
      landing + "/positions/EMEA/2025/06/18/positions.csv.gz", in: LocalFileStore(),
      as: "positions/EMEA/2025/06/18/positions.csv.gz")
    #expect(
      result.rejected.map { "\($0.line),\($0.rule),\($0.column ?? "")" } == [
        "1001,type,market_value", "2001,not null,counterparty", "3001,notional_not_negative,",
        "4001,type,maturity_date", "5001,field count,",
      ])
    #expect(result.rejected[0].rawText.contains("\"12,3O0.00\""))
    #expect(result.rejected[4].reason == "expected 15 fields, found 11")
    #expect(result.summary.recordsRead == result.summary.rowsAccepted + 5)
    #expect(result.batches.reduce(0) { $0 + $1.rowCount } == result.summary.rowsAccepted)
  }

  @Test("have three rows on 20 June that are only warned about")
  func warning() throws {
    let result = try IngestJob(positions).result(
      landing + "/positions/AMER/2025/06/20/positions.csv.gz", in: LocalFileStore())
    #expect(result.rejected == [])
    #expect(result.summary.warnings.map(\.check) == ["value_within_notional"])
    #expect(result.summary.warnings.map(\.rowCount) == [3])
    #expect(result.summary.rowsWarned == 3)
    let read = result.summary.recordsRead
    let expected = Decimal128.divideHalfEven(Int128(read - 3) * 1_000_000, by: Int128(read))
    #expect(result.summary.qualityScore == Decimal128(mantissa: expected, scale: 6))
    let trades = zip(result.batches, result.lines).flatMap { batch, lines in
      zip(0..., lines).filter { result.summary.warnings[0].sampleLines.contains($0.1) }
        .map { shown(batch.columns[0].value($0.0)) }
    }
    #expect(trades == ["T011797", "T014210", "T016644"])
  }

  @Test("have an NDJSON file whose second line is cut off")
  func truncated() throws {
    let result = try IngestJob(
      contract(
        "counterparty string!,version int!,name string!,sector string!,country string!,"
          + "region string!,rating string")
    ).result(
      landing + "/counterparties/EMEA/2025/06/20/counterparties-update.ndjson",
      in: LocalFileStore())
    #expect(result.rejected.map { "\($0.line) \($0.rule)" } == ["2 json"])
    #expect(result.batches.map { $0.row(0).map(shown) }.first?[0] == "CP007")
    #expect(result.summary.rowsAccepted == 1)
  }

  @Test("are all laid out by feed, region and day")
  func scanner() throws {
    let listing = try LandingScanner(landing).list(in: LocalFileStore())
    #expect(listing.files.count == 103)
    #expect(listing.misplaced == [])
    #expect(listing.files.map(\.arrivalDate) == listing.files.map(\.arrivalDate).sorted())
    let digests = try Set(
      listing.files.filter { $0.feed == "positions" && $0.region == "AMER" }.filter {
        $0.arrivalDate == CalendarDate("2025-06-18")
      }.map { try $0.digest(in: LocalFileStore()) })
    #expect(digests.count == 1)
  }

  @Test(
    "say feed, region and day by their path",
    arguments: [
      ("landing/positions/EMEA/2025/06/18/p.csv", "positions EMEA 2025-06-18 p.csv"),
      ("/a/landing/landing/f/R/2024/02/29/sub/x", "f R 2024-02-29 sub/x"),
      ("landing/f/R/2025/02/30/x", ""), ("landing/f/R/2025/02/x", ""), ("f/R/2025/02/03/x", ""),
    ])
  func layout(path: String, expected: String) {
    let file = LandingFile.parse(path)
    let found = file.map { "\($0.feed) \($0.region) \($0.arrivalDate) \($0.name)" } ?? ""
    #expect(found == expected)
  }
}
