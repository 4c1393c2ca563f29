/// The build that answers: in run records, commits and data files.
package enum EngineVersion {
  package static let number = "0.1.0"
  /// As Delta's `engineInfo`.
  package static let name = "Tarn/" + number
  /// As Parquet's `created_by`.
  package static let createdBy = "tarn version " + number
}
