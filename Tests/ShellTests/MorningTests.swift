import FileStorage
import Glibc
import Lakehouse
import Shell
import TestSupport
import Testing

/// A morning's work of an analyst, typed into the shell, with the screens that it must show.
///
/// The screens of each width stand in `Morning/`; a run with TARN_WRITE_SCREENS=1 writes them again,
/// to be looked at before they are committed.
@Suite(.enabled(if: PseudoTerminal.tarn != nil), .serialized, .timeLimit(.minutes(10)))
struct MorningTests {
  private static let lines = [
    ".timer off",
    ".units m",
    ".rows 8",
    // The headline.
    "SELECT COUNT(*) AS trades, SUM(market_value) AS value, SUM(dv01) AS dv01 "
      + "FROM silver.positions AS OF T;",
    "SELECT desk, SUM(market_value) AS value, COUNT(*) AS trades FROM silver.positions AS OF T "
      + "GROUP BY desk ORDER BY desk;",
    // What moved since yesterday, and where.
    ".movers 5",
    ".down FX_LDN",
    ".down FX_LDN-3",
    ".why 1",
    ".why 3",
    ".up",
    ".back",
    // What was reported for the 17th beside what is known of it now.
    "SELECT desk, SUM(market_value) AS value FROM silver.positions AS OF T-3 "
      + "GROUP BY desk ORDER BY desk;",
    ".compare TAG 'eod-2025-06-23'",
    ".movers 3",
    // Into Excel and a notebook.
    ".excel book.xlsx",
    "SELECT desk, book, SUM(market_value) AS value FROM silver.positions AS OF T "
      + "GROUP BY ALL ORDER BY desk, book;",
    "SELECT * FROM silver.positions AS OF T ORDER BY trade_id; > positions.arrow",
    // What if sterling books lost a tenth.
    "SELECT desk, SUM(market_value) AS value FROM silver.positions AS OF T WHERE currency = 'GBP' "
      + "GROUP BY desk ORDER BY desk;",
    ".whatif gbp-down",
    "UPDATE silver.positions SET market_value = market_value * 0.9 "
      + "WHERE currency = 'GBP' AND as_of_date = DATE '2025-06-23';",
    ".compare lake",
    ".back",
    ".back",
    ".whatif gbp-down",
    ".whatif drop",
    ".quit",
  ]

  private static let folder = parentDirectory(of: #filePath) + "/Morning"

  /// The days that the morning looks at, and the late file, each with its tag.
  private static func makeLake(_ path: String) throws {
    let repository = parentDirectory(of: parentDirectory(of: parentDirectory(of: #filePath)))
    let clock = FixedClock(microseconds: 1_750_000_000_000_000, step: 1_000_000)
    let session = Session(
      options: Session.Options(lakePath: path), store: LocalFileStore(), clock: { clock.now() })
    func perform(_ command: LakeCommand) throws { _ = try session.perform(command) { _ in } }
    try perform(.initialize)
    try perform(.apply(directory: repository + "/lake/contracts", dryRun: false))
    let landing = repository + "/lake/landing/"
    let calendar = try LocalFileStore().list(landing + "holidays/AMER/2025/06/13").map(\.name)
    try perform(
      .ingest(files: calendar.map { landing + "holidays/AMER/2025/06/13/" + $0 }, feed: nil))
    for day in ["17", "18", "20", "23"] {
      let files = ["AMER", "EMEA"].map {
        landing + "positions/\($0)/2025/06/\(day)/positions.csv.gz"
      }
      try perform(.ingest(files: files, feed: nil))
      try perform(.tag(name: "eod-2025-06-\(day)", snapshot: nil))
    }
    let late = landing + "positions/EMEA/2025/06/23/late-bookings-2025-06-17.csv.gz"
    try perform(.ingest(files: [late], feed: nil))
  }

  @Test func eachWidthShowsTheMorning() throws {
    let directory = TemporaryDirectory()
    let original = joinPath(directory.path, "original")
    try MorningTests.makeLake(original)
    for width in [80, 120, 200] { try work(width, original, directory.path) }
  }

  private func work(_ width: Int, _ original: String, _ directory: String) throws {
    // What a what-if leaves behind must not be in the next width's numbers of snapshots.
    let place = joinPath(directory, "w\(width)")
    try LocalFileStore().makeDirectory(place)
    let lake = joinPath(place, "bank")
    let copier = Session(options: Session.Options(lakePath: original))
    _ = try copier.perform(.backup(directory: lake, links: false)) { _ in }

    let program = try #require(PseudoTerminal.tarn)
    // The shell writes its exports where it was started.
    let command = "cd '\(place)' && exec '\(program)' --lake bank"
    let height = 1000
    let terminal = try #require(
      PseudoTerminal(
        "/bin/sh", ["-c", command], environment: ["TERM=xterm-256color", "TMPDIR=\(place)"],
        width: width, height: height))
    for line in MorningTests.lines {
      try #require(terminal.expectPrompt(), "before \(line):\n\(terminal.screen.suffix(2000))")
      terminal.type(line + "\r")
    }
    #expect(terminal.wait() == 0)
    terminal.readToEnd()
    #expect(terminal.isCooked)

    var screen = ScreenModel(width: width, height: height)
    screen.take(terminal.screen)
    #expect(screen.unknown.isEmpty, "\(screen.unknown)")
    #expect(screen.scrolledOff == 0)
    let shown = screen.lines.joined(separator: "\n") + "\n"
    let golden = joinPath(MorningTests.folder, "\(width).txt")
    if unsafe getenv("TARN_WRITE_SCREENS") != nil {
      try LocalFileStore().makeDirectory(MorningTests.folder)
      try LocalFileStore().replace(Array(shown.utf8), at: golden)
    }
    let expected = try String(decoding: LocalFileStore().read(golden), as: UTF8.self)
    let (found, wanted) = (shown.split(separator: "\n"), expected.split(separator: "\n"))
    #expect(found.count == wanted.count)
    for (left, right) in zip(found, wanted) where left != right {
      Issue.record("\(width) columns: expected\n\(right)\nfound\n\(left)")
      break
    }

    let store = LocalFileStore()
    #expect(try store.read(joinPath(place, "book.xlsx")).starts(with: "PK\u{3}\u{4}".utf8))
    let arrow = try store.read(joinPath(place, "positions.arrow"))
    #expect(arrow.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]))
    #expect(arrow.count > 500_000)
  }
}
