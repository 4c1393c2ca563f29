import Columnar
import FileStorage
import Lakehouse
import Shell
import TestSupport
import Testing

@Suite struct DemoTests {
  @Test func stagesGetTheirTagsFromTheirFiles() throws {
    let text = """
      stage,file
      0,entities/AMER/2025/06/13/entities.csv
      5,positions/AMER/2025/06/18/positions-resent.csv.gz
      5,positions/EMEA/2025/06/20/positions.csv.gz
      7,positions/EMEA/2025/06/23/late-bookings-2025-06-17.csv.gz
      """
    let stages = try SampleLake.stages(text, path: "stages.csv")
    #expect(stages.map(\.number) == [0, 5, 7])
    #expect(stages.map(\.tag) == [nil, "eod-2025-06-20", "restated-2025-06-17"])
    #expect(stages[1].files.count == 2)
  }

  @Test func aSavedQueryHasATitleAndAStatement() {
    let query = SavedQuery(
      "-- title: The book\n-- shows: where\n--   it sits\nSELECT 1\nFROM t;\n", name: "01")
    #expect(query.title == "The book")
    #expect(query.statement == "SELECT 1\nFROM t;")
  }

  @Test func theDemoNeedsItsDefinitionsAndAnEmptyDirectory() throws {
    let directory = TemporaryDirectory()
    let missing = CommandRun(["demo", "--batch", "--source", directory.path])
    #expect(missing.status == 2)
    #expect(missing.words.contains("--source DIR"))
    let store = LocalFileStore()
    try store.replace(
      Array("stage,file\n0,a/b/2025/06/13/c.csv\n".utf8),
      at: joinPath(directory.path, "stages.csv"))
    let taken = CommandRun([
      "demo", "--batch", "--source", directory.path, "--lake", directory.path,
    ])
    #expect(taken.status == 2)
    #expect(taken.words.contains("expected an empty directory"))
  }
}
