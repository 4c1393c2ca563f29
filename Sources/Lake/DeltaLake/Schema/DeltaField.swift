package import JSONText

/// A column or nested member with everything the schema says about it.
package struct DeltaField: Sendable, Hashable {
  package var name: String
  package var type: DeltaType
  package var isNullable: Bool
  /// Kept verbatim: comments, column mapping, defaults, invariants and what others put there.
  package var metadata: JSONObject

  package init(
    _ name: String, _ type: DeltaType, isNullable: Bool = true,
    metadata: JSONObject = JSONObject()
  ) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.metadata = metadata
  }

  /// `delta.columnMapping.physicalName`, else the name itself.
  package var physicalName: String {
    metadata["delta.columnMapping.physicalName"]?.string ?? name
  }

  /// `delta.columnMapping.id`.
  package var columnMappingId: Int64? { metadata["delta.columnMapping.id"]?.int64 }

  package var comment: String? { metadata["comment"]?.string }

  /// The fixed length of a list of doubles that Tarn calls a vector.
  package static let vectorLengthKey = "tarn.vectorLength"
}
