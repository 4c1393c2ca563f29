import Columnar
import Lakehouse
import Reports
import Testing

@Suite("Outline")
struct OutlineTextTests {
  private var tree: Batch {
    var rows = RowBuilder([
      ("level", .int64), ("what", .string), ("name", .string), ("version", .int64),
      ("rows", .int64), ("detail", .string),
    ])
    for (level, name) in [(0, "a"), (1, "b"), (2, "c"), (2, "d\u{1B}\n"), (1, "e"), (2, "f")] {
      rows.append([
        .int64(Int64(level)), .string("t"), .string(name), .int64(3),
        level == 1 ? .int64(1) : .int64(7), level == 2 ? .string("why") : .null,
      ])
    }
    return rows.batch
  }

  @Test("draws children below their parents with lines, and nothing that a terminal obeys")
  func drawn() {
    #expect(
      OutlineText.drawn(tree, TableStyle()) == """
        t a v3 (7 rows)
        ├─ t b v3 (1 row)
        │  ├─ t c v3 (7 rows) why
        │  └─ t d   v3 (7 rows) why
        └─ t e v3 (1 row)
           └─ t f v3 (7 rows) why

        """)
  }

  @Test("lines are cut to the terminal's width")
  func cut() {
    let lines = OutlineText.drawn(tree, .terminal(width: 12, usesColor: false))
      .split(separator: "\n")
    #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 12 } && lines[2].hasSuffix("…"))
  }
}
