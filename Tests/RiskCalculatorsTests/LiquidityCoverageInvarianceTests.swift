import Columnar
import QueryEngine
import Testing

/// Results must not depend on order, batches, dictionaries or threads.
@Suite struct LiquidityCoverageInvarianceTests {
  typealias T = LCRTables

  private static let rows: [[String]] = (0..<600).map { index in
    let day = ["2025-06-13", "2025-06-16", "2025-06-17"][index % 3]
    let entity = ["LE_A", "LE_B", "LE_C", "LE_D"][index / 3 % 4]
    let amount = "\(index * 7919 % 100_000).\(index % 90 + 10)"
    switch index % 7 {
    case 0: return T.position("\(index)", "hqla", "cash", amount, entity: entity, day: day)
    case 1: return T.position("\(index)", "hqla", "covered_bond", amount, entity: entity, day: day)
    case 2: return T.position("\(index)", "hqla", "equity", amount, entity: entity, day: day)
    case 3:
      return T.position(
        "\(index)", "outflow", "repo", amount, entity: entity, day: day, maturity: "2025-06-25",
        collateral: "covered_bond", collateralAmount: amount)
    case 4: return T.position("\(index)", "inflow", "loan", amount, entity: entity, day: day)
    case 5: return T.position("\(index)", "outflow", "unheard", amount, entity: entity, day: day)
    default: return T.position("\(index)", "outflow", "deposit", amount, entity: entity, day: day)
    }
  }

  @Test(arguments: ["results", "failures", "components"])
  func orderBatchesAndThreadsDoNotMatter(_ output: String) throws {
    let expected = try T(positions: Self.rows).run(output: output).texts
    #expect(expected.count >= 12)
    for threads in [1, 2, 3] {
      var tables = T(
        positions: (0..<600).map { Self.rows[($0 * (threads * 6 + 1) + threads) % 600] })
      let whole = tables.positions[0]
      tables.positions = [
        whole.slice(0..<1), whole.slice(1..<300), whole.slice(300..<301), whole.slice(301..<600),
      ]
      #expect(try tables.run(output: output, threads: threads).texts == expected)
    }
  }

  @Test func dictionariesDoNotMatter() throws {
    var tables = T(positions: Self.rows)
    let expected = try tables.run().texts
    let whole = tables.positions[0]
    // A dictionary per column, with an entry that no row uses.
    let columns = whole.columns.map { column -> Column in
      guard case .string(let strings) = column.storage else { return column }
      let texts = ["unused"] + Array(Set((0..<column.count).map { strings.string($0) })).sorted()
      let codes = (0..<column.count).map { Int32(texts.firstIndex(of: strings.string($0)) ?? 0) }
      return Column(
        .string, .string(StringColumn(values: StringValues(texts), codes: codes)),
        validity: column.validity)
    }
    tables.positions = [Batch(schema: whole.schema, columns: columns)]
    #expect(try tables.run().texts == expected)
    tables.positions = [
      tables.positions[0].slice(0..<100), tables.positions[0].slice(100..<600),
    ]
    #expect(try tables.run(threads: 2).texts == expected)
  }
}
