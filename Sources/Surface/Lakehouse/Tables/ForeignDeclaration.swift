import Columnar
import DeltaLake
import JSONText
import LakeCatalog
import QueryEngine
import QueryLanguage

/// What becomes of a table's declaration when another engine changes its metadata.
enum ForeignDeclaration {
  private static let constraintPrefix = "delta.constraints."

  /// The table's state with the new metadata; columns may come, go and change, as long as all that
  /// the declaration speaks of is still there.
  static func state(
    _ state: TableState, after metadata: Metadata, in lake: Lake
  ) throws(QueryError) -> TableState {
    let schema = try checked(metadata)
    var next = state
    next.shape = TableShape(metadata: metadata, schema: schema.columnar)
    let columns = next.shape.schema
    let definition = state.definition
    if let date = definition.businessDate {
      guard let position = columns.index(of: date), columns[position].type == .date else {
        throw refusal("the business date \"\(date)\" is no longer a date of the table")
      }
    }
    for key in definition.key + [definition.latestBy].compactMap(\.self)
    where columns.index(of: key) == nil {
      throw refusal("the key column \"\(key)\" is gone")
    }
    guard var create = Declaration.parsed(definition) else { return next }
    try redeclare(&create, columns)
    try takeConstraints(of: metadata, into: &create)
    next.definition.sql = Declaration.text(create)
    let workspace = Workspace(lakePath: lake.root, store: lake.store, clock: lake.clock)
    workspace.adopt(lake)
    let head: LakeSnapshot
    do throws(CatalogError) { head = try lake.catalog.head() } catch { throw QueryError(error) }
    let resolver = LakeResolver(workspace, transaction: nil, pinned: head)
    do throws(QueryError) {
      _ = try TableContract(next.definition, schema: columns, resolver: resolver)
    } catch {
      throw refusal("the table's declaration does not fit its columns: \(error.message)")
    }
    return next
  }

  /// The schema, once the metadata asks for nothing that commits of ours would not honour.
  private static func checked(_ metadata: Metadata) throws(QueryError) -> DeltaSchema {
    guard metadata.partitionColumns.isEmpty else {
      throw refusal(
        "the table is partitioned by \(metadata.partitionColumns.joined(separator: ", "))")
    }
    if metadata.hasInCommitTimestamps { throw refusal("delta.enableInCommitTimestamps is set") }
    guard let schema = try? DeltaSchema(parsing: metadata.schemaString) else {
      throw refusal("its schema cannot be read")
    }
    let demanding = ["delta.invariants", "delta.generationExpression", "delta.identity.start"]
    for field in schema.fields {
      for key in demanding where field.metadata[key] != nil {
        throw refusal("column \"\(field.name)\" has \(key)")
      }
    }
    return schema
  }

  private static func redeclare(
    _ create: inout CreateTable, _ columns: Schema
  ) throws(QueryError) {
    if create.columns.isEmpty { return }
    let old = create.columns
    var new: [ColumnDefinition] = []
    for field in columns.fields {
      guard let type = TypeName(field.type) else {
        // A type that passes through has no written name: the columns are in the schema only.
        if let column = old.first(where: { $0.defaultValue != nil }) {
          throw refusal(
            "column \"\(field.name)\" has a type without a name here, and "
              + "\"\(column.name.text)\" a DEFAULT")
        }
        create.columns = []
        return
      }
      let known = old.first { $0.name.matches(field.name) }
      var column = ColumnDefinition(
        name: known?.name ?? Identifier(field.name, isQuoted: true), type: type,
        isNotNull: !field.isNullable)
      if let known, let same = try? DataType(known.type), same == field.type {
        column.type = known.type
        column.defaultValue = known.defaultValue
      }
      new.append(column)
    }
    create.columns = new
  }

  /// CHECK constraints that another engine added hold for our commits as well.
  private static func takeConstraints(
    of metadata: Metadata, into create: inout CreateTable
  ) throws(QueryError) {
    for entry in metadata.configuration.entries where entry.key.hasPrefix(constraintPrefix) {
      let value = entry.value
      let name = String(entry.key.dropFirst(constraintPrefix.utf8.count))
      if create.constraints.contains(where: { $0.name.text == name }) { continue }
      let text = "ALTER TABLE t ADD CONSTRAINT \"\(name)\" CHECK (\(value ?? ""))"
      guard case .alterTable(let alter)? = (try? SyntaxParser.statement(in: text))?.kind,
        case .addConstraint(let constraint) = alter.action
      else {
        throw refusal("the constraint \(name), CHECK (\(value ?? "")), is not understood")
      }
      create.constraints.append(constraint)
    }
  }

  private static func refusal(_ message: String) -> QueryError {
    QueryError(.unsupported, message)
  }
}
