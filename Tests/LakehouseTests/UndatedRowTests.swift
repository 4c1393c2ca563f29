import Lakehouse
import TestSupport
import Testing

@Suite("Rows without a business date")
struct UndatedRowTests {
  @Test("rows without a date never hide the dates of rows beside them")
  func beside() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE, x INT NOT NULL) BUSINESS DATE d;
      INSERT INTO s.t VALUES (NULL, 1), ('2025-01-02', 2), ('2025-01-03', 3);
      INSERT INTO s.t VALUES ('2025-01-02', 4)
      """)
    #expect(try bench.lines("SELECT x FROM s.t AS OF DATE '2025-01-02' ORDER BY x") == ["2", "4"])
    #expect(try bench.lines("SELECT x FROM s.t AS OF T") == ["3"])
    #expect(try bench.lines("SELECT x FROM s.t WHERE d IS NULL") == ["1"])
    #expect(try bench.lines("SELECT COUNT(*) FROM s.t WHERE d >= DATE '2025-01-03'") == ["1"])
  }

  @Test("a key with the date finds rows without one, too")
  func keyed() throws {
    let bench = try Workbench()
    try bench.rows(
      """
      CREATE TABLE s.t (d DATE, id INT NOT NULL, x INT) BUSINESS DATE d KEY (id, d);
      INSERT INTO s.t VALUES (NULL, 1, 1), ('2025-01-02', 1, 2);
      INSERT INTO s.t VALUES (NULL, 1, 10), ('2025-01-03', 1, 30);
      INSERT INTO s.t VALUES ('2025-01-02', 1, 20)
      """)
    #expect(
      try bench.lines("SELECT d, x FROM s.t ORDER BY x") == [
        "∅|10", "2025-01-02|20", "2025-01-03|30",
      ])
    #expect(try bench.lines("SELECT x FROM s.t AS OF T-1") == ["20"])
  }
}
