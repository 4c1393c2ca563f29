import Columnar
import DeltaLake
import JSONText
import LakeCatalog
import QueryEngine

/// Which column of one version of a table is which of another, whatever it was called or typed.
///
/// A column is told by where it began: it keeps its origin while its name stays, a RENAME hands the
/// origin on, and going back to earlier columns brings back their origins. A RENAME is noted in the
/// column's own metadata, in the log for everybody to see, as the name and the last version that had
/// it; so the log alone tells the same.
struct ColumnLineage {
  private static let key = "tarn.renamed"

  private struct Step {
    var version: Int64
    var text: String
    var schema: Schema
    /// A number for each column; equal numbers are one column.
    var origins: [Int]
  }
  private let steps: [Step]

  /// The history of a table's columns up to a version.
  init(_ record: TableRecord, upTo version: Int64, in lake: Lake) throws(CatalogError) {
    var steps: [Step] = []
    var next = 0
    for entry in try lake.catalog.metadataHistory(of: record.id, upTo: version) {
      let shape = try lake.schemas.shape(of: record, version: entry.version, in: lake.catalog)
      var step = Step(version: entry.version, text: entry.text, schema: shape.schema, origins: [])
      if let same = steps.last(where: { $0.text == entry.text }) {
        step.origins = same.origins
      } else {
        let delta = (try? DeltaSchema(parsing: shape.metadata.schemaString))?.fields ?? []
        for (position, field) in shape.schema.fields.enumerated() {
          let former =
            position < delta.count
            ? ColumnLineage.former(delta[position], until: entry.version - 1)
            : nil
          if let last = steps.last, let known = last.schema.index(of: former ?? field.name) {
            step.origins.append(last.origins[known])
          } else {
            step.origins.append(next)
            next += 1
          }
        }
      }
      steps.append(step)
    }
    self.steps = steps
  }

  /// The columns of version `to` as expressions over those of version `from`; null where there was
  /// none. Nil when the columns are the same.
  func expressions(from: Int64, to: Int64) -> [ProjectedExpression]? {
    guard let source = step(at: from), let target = step(at: to), source.version != target.version
    else { return nil }
    return target.schema.fields.enumerated().map { position, field in
      guard
        let found = source.origins.firstIndex(of: target.origins[position]),
        let value = ColumnLineage.value(found, of: source.schema[found].type, as: field.type)
      else { return ProjectedExpression(field.name, .constant(.null, field.type)) }
      return ProjectedExpression(field.name, value)
    }
  }

  /// What became of each column between two versions.
  func differences(from: Int64, to: Int64) -> [ColumnDifference] {
    guard let source = step(at: from), let target = step(at: to), source.version != target.version
    else { return [] }
    var found: [ColumnDifference] = []
    for (position, field) in source.schema.fields.enumerated() {
      guard let place = target.origins.firstIndex(of: source.origins[position]) else {
        found.append(ColumnDifference(before: field, after: nil))
        continue
      }
      if target.schema[place] != field {
        found.append(ColumnDifference(before: field, after: target.schema[place]))
      }
    }
    for (position, field) in target.schema.fields.enumerated()
    where !source.origins.contains(target.origins[position]) {
      found.append(ColumnDifference(before: nil, after: field))
    }
    return found
  }

  private func step(at version: Int64) -> Step? { steps.last { $0.version <= version } }

  /// Nil where the types have nothing to do with each other.
  private static func value(
    _ position: Int, of source: DataType, as target: DataType
  ) -> BoundExpression? {
    if source == target { return .column(position, source) }
    // Going back in time narrows; what does not fit has no value there.
    guard Alteration.isWidening(source, target) || Alteration.isWidening(target, source) else {
      return nil
    }
    return .cast(
      .column(position, source), target, isTry: !Alteration.isWidening(source, target))
  }
}

/// A column before and after; nil where it was not or is no more.
struct ColumnDifference: Sendable, Hashable {
  var before: Field?
  var after: Field?
}

// MARK: - The note of a RENAME

extension ColumnLineage {
  /// Remembers a column's name up to a version, the oldest of several.
  static func note(_ name: String, until version: Int64, in field: inout DeltaField) {
    let oldest = former(field, until: version) ?? name
    field.metadata[key] = oldest == field.name ? nil : .string("\(oldest)@\(version)")
  }

  private static func former(_ field: DeltaField, until version: Int64) -> String? {
    guard let text = field.metadata[key]?.string, let at = text.lastIndex(of: "@"),
      Int64(text[text.index(after: at)...]) == version
    else { return nil }
    return String(text[..<at])
  }

  /// The name, when the open transaction took it from another column.
  static func formerName(_ name: String, in state: TableState) -> String? {
    let fields = (try? DeltaSchema(parsing: state.shape.metadata.schemaString))?.fields ?? []
    return fields.lazy.compactMap { former($0, until: state.version) }
      .first { $0.lowercased() == name.lowercased() }
  }
}
