import Columnar
import Glibc
import Lakehouse
import TestSupport
import Testing

@Suite("EXPLAIN MOVE")
struct MoveTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench(actor: "ann")
    try bench.rows(
      """
      CREATE TABLE s.pos (d DATE NOT NULL, pos_id INT NOT NULL, k STRING, qty DECIMAL(12,2))
        BUSINESS DATE d KEY (d, pos_id);
      CREATE TABLE s.px (d DATE NOT NULL, k STRING NOT NULL, px DECIMAL(12,2))
        BUSINESS DATE d KEY (d, k);
      CREATE TABLE ref.f (k STRING NOT NULL, factor DECIMAL(6,2)) KEY (k);
      INSERT INTO ref.f VALUES ('a', 1), ('b', 1);
      INSERT INTO s.px VALUES ('2025-06-12', 'a', 2), ('2025-06-13', 'a', 3), ('2025-06-12', 'b', 1),
        ('2025-06-13', 'b', 1);
      INSERT INTO s.pos VALUES ('2025-06-12', 1, 'a', 10), ('2025-06-12', 2, 'a', 5),
        ('2025-06-12', 9, 'b', 7), ('2025-06-13', 9, 'b', 7),
        ('2025-06-13', 1, 'a', 12), ('2025-06-13', 3, 'a', 4);
      CREATE MATERIALIZED VIEW g.v BUSINESS DATE d AS
        SELECT p.d, p.k, SUM(p.qty * m.px * f.factor) AS v, COUNT(*) AS n
        FROM s.pos p JOIN s.px m ON m.d = p.d AND m.k = p.k JOIN ref.f f ON f.k = p.k
        GROUP BY p.d, p.k;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    return bench
  }

  /// `part|change|total|rows` of each line, decimals without their zeros.
  private func parts(_ bench: Workbench, _ text: String) throws -> [String] {
    try bench.rows(text).map { row in
      let last = row.count
      return [row[1], row[last - 4], row[last - 3], row[last - 2]].map { value in
        if case .decimal(let number) = value, let whole = number.rescaled(to: 0) {
          return String(whole.mantissa)
        }
        return CellText.show(value)
      }.joined(separator: "|")
    }
  }

  @Test("a day's move: positions new, cancelled and amended, then the market, in that order")
  func day() throws {
    let bench = try bench()
    #expect(
      try parts(bench, "EXPLAIN MOVE SUM(v) OF g.v FROM T-1 TO T WHERE k = 'a'") == [
        "start|∅|30|∅", "positions new|8|38|1", "positions cancelled|-10|28|1",
        "positions amended|4|32|1", "market data|16|48|2", "end|∅|48|∅",
      ])
    // A column as it is, where BY leaves one row of each date; the view is found by its column.
    #expect(
      try parts(bench, "EXPLAIN MOVE v FROM T-1 TO T BY k").filter { !$0.hasSuffix("∅") } == [
        "positions new|8|38|1", "positions cancelled|-10|28|1", "positions amended|4|32|1",
        "market data|16|48|2",
      ])
    #expect(
      try parts(
        bench,
        "EXPLAIN MOVE SUM(n) OF g.v FROM DATE '2025-06-12' TO DATE '2025-06-13' MARKET s.pos, s.px"
      )
      .first == "start|∅|3|∅")
  }

  @Test("a restated date: what was known then against now, by input and parameter")
  func restated() throws {
    let bench = try bench()
    try bench.rows(
      "TAG 'then'; UPDATE s.pos SET qty = 11 WHERE pos_id = 1 AND d = DATE '2025-06-12'")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    try bench.rows("UPDATE ref.f SET factor = 2 WHERE k = 'a'; TAG 'unseen'")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(
      try parts(
        bench,
        """
        EXPLAIN MOVE SUM(v) OF g.v FROM DATE '2025-06-12' AS KNOWN AT TAG 'then'
        TO DATE '2025-06-12' WHERE k = 'a'
        """) == [
          "start|∅|30|∅", "positions amended|2|32|1", "parameters|32|64|2", "end|∅|64|∅",
        ])
    // Across dates and knowledge: the first date is restated before the dates move.
    #expect(
      try parts(
        bench,
        """
        EXPLAIN MOVE SUM(v) OF g.v FROM DATE '2025-06-12' AS KNOWN AT TAG 'then' TO T
        WHERE k = 'a'
        """) == [
          "start|∅|30|∅", "restatement|2|32|2", "positions new|8|40|1",
          "positions cancelled|-10|30|1", "positions amended|2|32|1", "market data|16|48|2",
          "parameters|48|96|2", "end|∅|96|∅",
        ])
  }

  @Test("what was reported against what is known now")
  func reported() throws {
    let bench = try bench()
    try bench.rows("SIGN g.v FOR DATE '2025-06-12'; CLOSE DAY '2025-06-12'", user: "checker")
    try bench.rows("INSERT INTO s.pos VALUES ('2025-06-12', 4, 'b', 3)")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    #expect(
      try parts(
        bench,
        """
        EXPLAIN MOVE SUM(v) OF g.v FROM DATE '2025-06-12' AS REPORTED TO DATE '2025-06-12'
        WHERE k = 'b'
        """) == ["start|∅|7|∅", "positions new|3|10|1", "end|∅|10|∅"])
  }

  @Test("a view without a date moves between points of knowledge; rounding is told apart")
  func undated() throws {
    let bench = try Workbench(actor: "ann")
    try bench.rows(
      """
      CREATE TABLE s.t (trade_id INT NOT NULL, w DOUBLE) KEY (trade_id);
      INSERT INTO s.t VALUES (1, 0.1), (2, 1e16), (3, 5);
      CREATE MATERIALIZED VIEW g.sum AS SELECT SUM(w) AS w FROM s.t;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    try bench.rows(
      "TAG 'then'; DELETE FROM s.t WHERE trade_id = 2; INSERT INTO s.t VALUES (4, 0.2)")
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let head = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")[0]
    let rows = try bench.rows(
      "EXPLAIN MOVE w OF g.sum FROM TAG 'then' TO SNAPSHOT \(head) POSITIONS s.t")
    MoveTests.check(rows)
    #expect(rows.map { CellText.show($0[1]) }.contains("positions cancelled"), "\(rows)")
    #expect(
      bench.failure("EXPLAIN MOVE w FROM T-1 TO T")?.message.contains("business date") == true)
  }

  @Test("another definition is a part of its own")
  func definition() throws {
    let bench = try bench()
    try bench.rows(
      """
      TAG 'then';
      CREATE OR REPLACE MATERIALIZED VIEW g.v BUSINESS DATE d AS
        SELECT p.d, p.k, SUM(p.qty * m.px) * 2 AS v, COUNT(*) AS n
        FROM s.pos p JOIN s.px m ON m.d = p.d AND m.k = p.k GROUP BY p.d, p.k;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let found = try parts(
      bench, "EXPLAIN MOVE SUM(v) OF g.v FROM T-1 AS KNOWN AT TAG 'then' TO T-1 WHERE k = 'a'")
    #expect(found == ["start|∅|30|∅", "definition|30|60|∅", "end|∅|60|∅"])
  }

  @Test("a dimension or measure that had another type then is read in today's, or refused by name")
  func types() throws {
    let bench = try bench()
    try bench.rows(
      """
      TAG 'then';
      CREATE OR REPLACE MATERIALIZED VIEW g.v BUSINESS DATE d AS
        SELECT p.d, p.pos_id AS k, SUM(CAST(p.qty AS DOUBLE)) AS v FROM s.pos p GROUP BY p.d, p.pos_id;
      """)
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let move = "EXPLAIN MOVE SUM(v) OF g.v FROM T-1 AS KNOWN AT TAG 'then' TO T-1"
    MoveTests.check(try bench.rows(move))
    #expect(bench.failure(move + " BY k")?.message.contains("k was string") == true)
  }

  @Test("what cannot be a move is refused with help")
  func refused() throws {
    let bench = try bench()
    func help(_ text: String) -> String {
      let error = bench.failure(text)
      return "\(error?.message ?? "no error"): \(error?.help ?? "")"
    }
    #expect(help("EXPLAIN MOVE v OF g.v FROM T-1 TO T").contains("SUM"))
    #expect(help("EXPLAIN MOVE k OF g.v FROM T-1 TO T BY k").contains("only numbers"))
    #expect(help("EXPLAIN MOVE SUM(w) OF g.v FROM T-1 TO T").contains("w"))
    #expect(help("EXPLAIN MOVE SUM(v) OF g.v FROM T-5 TO T").contains("nearest") == false)
    #expect(help("EXPLAIN MOVE SUM(v) OF g.v FROM T-5 TO T").contains("no rows"))
    let head = try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")[0]
    #expect(
      help("EXPLAIN MOVE SUM(v) OF g.v FROM SNAPSHOT \(head) TO T").contains("business date"))
    #expect(help("EXPLAIN MOVE SUM(v) OF g.v FROM SNAPSHOT 2 TO T").contains("g.v"))
    #expect(help("EXPLAIN MOVE SUM(qty) OF s.pos FROM T-1 TO T").contains("materialized view"))
    #expect(help("EXPLAIN MOVE SUM(v) OF g.v FROM T-1 TO T MARKET s.poss").contains("s.pos"))
    #expect(help("EXPLAIN MOVE SUM(v) OF g.v FROM T-1 TO T MARKT s.pos").contains("MARKET"))
    #expect(
      help("EXPLAIN MOVE SUM(v) OF g.v FROM T-1 TO T MARKET s.px POSITIONS s.px").contains(
        "two roles"))
  }

  @Test("the parts of a calculator's number add up, the passage of time included")
  func calculator() throws {
    let session = try SampleLake.shared.get().session()
    let rows = try session.allRows("EXPLAIN MOVE lcr OF gold.lcr FROM T-1 TO T BY legal_entity")
    for (_, group) in Dictionary(grouping: rows, by: { $0[3] }) { MoveTests.check(group) }
    #expect(rows.contains { CellText.show($0[1]).hasPrefix("positions ") }, "\(rows)")
    #expect(rows.contains { CellText.show($0[2]) == "silver.liquidity_positions" })
  }

  /// That the changes of a group add up to what lies between its start and its end.
  static func check(_ rows: [[Value]]) {
    let change = (rows.first?.count ?? 0) - 4
    func double(_ value: Value) -> Double? {
      if case .double(let number) = value { number } else { nil }
    }
    func mantissa(_ value: Value) -> Int128? {
      switch value {
      case .decimal(let number): number.mantissa
      case .int64(let number): Int128(number)
      default: nil
      }
    }
    let start = rows.first { $0[1] == .string("start") }?[change + 1] ?? .null
    let end = rows.first { $0[1] == .string("end") }?[change + 1] ?? .null
    let parts = rows.map { $0[change] }.filter { !$0.isNull }
    if let from = mantissa(start), let to = mantissa(end) {
      #expect(parts.compactMap(mantissa).reduce(0, +) == to - from, "\(rows)")
      #expect(!rows.contains { $0[1] == .string("unexplained") }, "\(rows)")
    } else if let from = double(start), let to = double(end) {
      #expect(ExactDoubles.sum(parts.compactMap(double)) == to - from, "\(rows)")
    } else {
      Issue.record("no start or end: \(rows)")
    }
  }
}

/// Random histories: whatever happened between two points, the parts are the move.
@Suite("Parts of a move")
struct MoveSumTests {
  private static var count: Int {
    guard let text = unsafe getenv("TARN_HISTORIES") else { return 8 }
    return unsafe Int(String(cString: text)) ?? 8
  }

  private static let days = ["2025-06-12", "2025-06-13", "2025-06-16"]

  private static let views = [
    "SELECT p.d, p.k, SUM(p.qty * m.px) AS v FROM s.pos p JOIN s.px m ON m.d = p.d AND m.k = p.k GROUP BY p.d, p.k",
    """
    SELECT p.d, p.k, SUM(p.w * f.factor / 3) AS v FROM s.pos p JOIN ref.f f ON f.k = p.k
      GROUP BY p.d, p.k
    """,
    // Every date from all of them: locality is not proved.
    """
    SELECT d, k, v - COALESCE(LAG(v) OVER (PARTITION BY k ORDER BY d), 0) AS v
      FROM (SELECT d, k, SUM(w) AS v FROM s.pos GROUP BY d, k) x
    """,
  ]

  private static func step(_ random: inout SeededGenerator, _ next: inout Int) -> String {
    func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    let day = days[roll(3)]
    switch roll(6) {
    case 0, 1:
      next += 1
      return
        "INSERT INTO s.pos VALUES ('\(day)', \(next), '\(["a", "b"][roll(2)])', \(roll(90)).5, \(roll(900)).1)"
    case 2: return "DELETE FROM s.pos WHERE pos_id % 5 = \(roll(5)) AND d = DATE '\(day)'"
    case 3: return "UPDATE s.pos SET qty = qty + 1.25, w = w * 1.1 WHERE pos_id % 3 = \(roll(3))"
    case 4: return "UPDATE s.px SET px = px + \(roll(9)).37 WHERE d = DATE '\(day)'"
    default: return "UPDATE ref.f SET factor = factor * 1.3"
    }
  }

  @Test("add up exactly, by group and in all", arguments: 0..<count)
  func sums(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.pos (d DATE NOT NULL, pos_id INT NOT NULL, k STRING, qty DECIMAL(12,2), w DOUBLE)
        BUSINESS DATE d KEY (d, pos_id);
      CREATE TABLE s.px (d DATE NOT NULL, k STRING NOT NULL, px DECIMAL(12,2))
        BUSINESS DATE d KEY (d, k);
      CREATE TABLE ref.f (k STRING NOT NULL, factor DOUBLE) KEY (k);
      INSERT INTO ref.f VALUES ('a', 1.1), ('b', 0.7);
      INSERT INTO s.px SELECT d, k, 3.11 FROM (VALUES (DATE '2025-06-12'), (DATE '2025-06-13'),
        (DATE '2025-06-16')) x(d), (VALUES ('a'), ('b')) y(k);
      INSERT INTO s.pos SELECT d, i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, i * 1.5, i * 0.1
        FROM (VALUES (DATE '2025-06-12'), (DATE '2025-06-13'), (DATE '2025-06-16')) x(d), range(1, 9) r(i);
      """)
    let query = Self.views[seed % Self.views.count]
    try bench.rows("CREATE MATERIALIZED VIEW g.v BUSINESS DATE d AS \(query)")
    var next = 100
    var snapshots: [String] = []
    for _ in 0..<3 {
      try bench.perform(.refresh(views: [], dates: [], force: false))
      snapshots.append(try bench.lines("SELECT MAX(snapshot) FROM system.snapshots")[0])
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        try bench.rows(Self.step(&random, &next))
      }
    }
    try bench.perform(.refresh(views: [], dates: [], force: false))
    let ends =
      try Self.days.flatMap { day in
        try snapshots.compactMap { snapshot in
          let point = "DATE '\(day)' AS KNOWN AT SNAPSHOT \(snapshot)"
          let rows = try bench.lines(
            "SELECT COUNT(*) FROM g.v VERSION AS OF 1 WHERE d = DATE '\(day)'")
          return rows == ["0"] ? nil : point
        }
      } + ["T"]
    for _ in 0..<4 {
      let from = ends.randomElement(using: &random) ?? "T"
      let to = ends.randomElement(using: &random) ?? "T"
      MoveTests.check(try bench.rows("EXPLAIN MOVE SUM(v) OF g.v FROM \(from) TO \(to)"))
      let groups = try bench.rows("EXPLAIN MOVE SUM(v) OF g.v FROM \(from) TO \(to) BY k")
      for (_, group) in Dictionary(grouping: groups, by: { $0[3] }) { MoveTests.check(group) }
    }
  }
}
