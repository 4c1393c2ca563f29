import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage
import RiskCalculators

// DESCRIBE and SHOW: what is there, as rows.

extension StatementRunner {
  func describe(_ describe: Describe) throws(LakeError) -> Batch {
    do throws(QueryError) {
      switch describe.target {
      case .table(let name): return try columns(of: name)
      case .history(let name): return try history(of: name)
      case .calculator(let name):
        guard let batch = CalculatorTable.describe(name.key) else {
          let known = Calculators.all.map(\.name)
          throw QueryError(
            .name, "there is no calculator \"\(name.text)\"",
            help: Suggestion.nearest(to: name.key, among: known).map { "did you mean \($0)?" }
              ?? "there are \(known.joined(separator: ", "))", at: name.range)
        }
        return batch
      case .query(let query):
        let bound = try Binder.bind(query, resolver: resolver(), settings: try settings)
        return StatementRunner.columns(bound.schema)
      }
    } catch {
      throw failure(error)
    }
  }

  private func columns(of name: QualifiedName) throws(QueryError) -> Batch {
    switch try resolver().resolve(name, knownAt: nil) {
    case .table(let table): return StatementRunner.columns(table.source.schema)
    case .view(_, let query, _):
      let bound = try Binder.bind(query, resolver: resolver(), settings: try settings)
      return StatementRunner.columns(bound.schema)
    }
  }

  private static func columns(_ schema: Schema) -> Batch {
    var rows = RowBuilder([("column", .string), ("type", .string), ("nullable", .boolean)])
    for field in schema.fields {
      rows.append([
        .string(field.name), .string(field.type.sqlName), .boolean(field.isNullable),
      ])
    }
    return rows.batch
  }

  private func history(of name: QualifiedName) throws(QueryError) -> Batch {
    let lake = try workspace.lake(for: name)
    do throws(CatalogError) {
      let snapshot = try resolver().currentSnapshot(in: lake)
      let schema = name.parts.count == 2 ? name.parts[0].text : nil
      let record = try lake.catalog.table(schema: schema, name: name.name.text, at: snapshot.id)
      let all = try TableHistory.batch(of: record, upTo: snapshot, in: lake)
      return all.projected(to: TableHistory.described.compactMap { all.schema.index(of: $0) })
    } catch {
      throw QueryError(error, at: name.range)
    }
  }

  func show(_ show: Show) throws(LakeError) -> Batch {
    if show.kind == .calculators { return CalculatorTable.all() }
    if show.kind == .functions { return StatementRunner.functions() }
    let table: String
    switch show.kind {
    case .tables: table = "tables"
    case .views: table = "views"
    case .columns: table = "columns"
    case .tags: table = "tags"
    case .snapshots: table = "snapshots"
    case .runs: table = "runs"
    case .schemas:
      return try schemas(show)
    case .hierarchies: table = "hierarchies"
    case .measures: table = "measures"
    case .calculators, .functions, .settings:
      throw failure(
        QueryError(.unsupported, "SHOW \(show.kind.rawValue) is not supported yet"))
    }
    let name = QualifiedName([Identifier("system"), Identifier(table)], range: statement.range)
    do throws(QueryError) {
      guard case .table(let pinned) = try resolver().resolve(name, knownAt: nil),
        let memory = pinned.source as? MemoryTable
      else { return RowBuilder([("name", .string)]).batch }
      return StatementRunner.filtered(
        try Batch.joined(memory.batches, schema: memory.schema), show)
    } catch {
      throw failure(error)
    }
  }

  private func schemas(_ show: Show) throws(LakeError) -> Batch {
    do throws(CatalogError) {
      let lake = try workspace.lake()
      var rows = RowBuilder([("name", .string)])
      for schema in try lake.catalog.schemas(at: try lake.catalog.head().id) + ["system"] {
        rows.append([.string(schema)])
      }
      return rows.batch
    } catch {
      throw LakeError(error)
    }
  }

  private static func functions() -> Batch {
    var rows = RowBuilder([("name", .string), ("usage", .string)])
    for name in ScalarFunctions.names.sorted() {
      rows.append([.string(name), .text(ScalarFunctions.named(name)?.usage)])
    }
    for name in LambdaFunction.names {
      rows.append([.string(name), .text(LambdaFunction.named(name)?.usage)])
    }
    for name in Aggregates.names { rows.append([.string(name), .string("aggregate")]) }
    return rows.batch
  }

  /// `FROM schema` and `FROM table` keep the rows whose schema or table it is.
  private static func filtered(_ batch: Batch, _ show: Show) -> Batch {
    guard let container = show.container else { return batch }
    let wanted = container.parts
    let columns = ["schema", "table"].compactMap { batch.schema.index(of: $0) }
    let kept = (0..<batch.rowCount).filter { row in
      let names = columns.compactMap { column -> String? in
        if case .string(let text) = batch.columns[column].value(row) { text } else { nil }
      }
      if wanted.count == 1 { return names.contains { wanted[0].matches($0) } }
      return zip(wanted, names).allSatisfy { $0.matches($1) }
    }
    return batch.take(kept.map { Int32($0) })
  }
}

/// The calculators, as rows.
enum CalculatorTable {
  static func all() -> Batch {
    var rows = RowBuilder([
      ("name", .string), ("method_version", .int32), ("parameters", .string),
      ("documentation", .string),
    ])
    for calculator in Calculators.all {
      rows.append([
        .string(calculator.name), .int32(Int32(calculator.methodVersion)),
        .string(calculator.parameters.map(\.name).joined(separator: ", ")),
        .string(calculator.documentation),
      ])
    }
    return rows.batch
  }

  static func describe(_ name: String) -> Batch? {
    guard let calculator = Calculators.all.first(where: { $0.name == name }) else { return nil }
    return CalculatorDescription.table(for: calculator)
  }
}
