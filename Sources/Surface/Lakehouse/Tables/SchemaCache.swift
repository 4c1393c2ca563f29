import Columnar
import DeltaLake
import LakeCatalog
import Synchronization

/// A table's columns and identity at a version, as its Delta metadata says.
struct TableShape: Sendable {
  var metadata: Metadata
  var schema: Schema

  /// The catalog keeps a table's metadata as the line of its `metaData` action.
  init(_ text: String, table: String) throws(DeltaError) {
    let commit = try DeltaCommit(parsing: Array(text.utf8), version: 0, table: table)
    guard let metadata = commit.metadata,
      let schema = try? DeltaSchema(parsing: metadata.schemaString)
    else {
      throw DeltaError(.notATable, table: table, "the catalog's metadata holds no schema")
    }
    self.metadata = metadata
    self.schema = schema.columnar
  }

  init(metadata: Metadata, schema: Schema) {
    self.metadata = metadata
    self.schema = schema
  }

  /// What the catalog is to keep.
  var text: String {
    String(
      decoding: DeltaCommit(version: 0, actions: [.metaData(metadata)]).bytes, as: UTF8.self)
  }
}

/// Shapes by table and the version that set them: parsed once a process.
final class SchemaCache: Sendable {
  private struct Entry {
    var table: Int64
    var version: Int64
    var shape: TableShape
  }

  /// Few, so they are searched: a dictionary's first use costs more than all that follow.
  private let known = Mutex<[Entry]>([])

  /// The table's shape at a version.
  func shape(
    of table: TableRecord, version: Int64, in catalog: Catalog
  ) throws(CatalogError) -> TableShape {
    guard let metadata = try catalog.metadata(of: table.id, version: version) else {
      throw .corrupted("'\(table.qualifiedName)' has no metadata at version \(version)")
    }
    let found = known.withLock { known in
      known.first { $0.table == table.id && $0.version == metadata.version }
    }
    if let found { return found.shape }
    let shape: TableShape
    do throws(DeltaError) {
      shape = try TableShape(metadata.text, table: table.qualifiedName)
    } catch {
      throw .corrupted("the metadata of '\(table.qualifiedName)' cannot be read: \(error)")
    }
    let entry = Entry(table: table.id, version: metadata.version, shape: shape)
    known.withLock { $0.append(entry) }
    return shape
  }
}
