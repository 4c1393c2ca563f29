import Columnar

/// The columns of a V1 checkpoint and the values of its actions ("Checkpoint Schema").
enum CheckpointSchema {
  private static let strings = DataType.list(element: Field("element", .string))
  private static let map = DataType.map(
    key: Field("key", .string, isNullable: false), value: Field("value", .string))

  private static let deletionVector = Field(
    "deletionVector",
    .structure([
      Field("storageType", .string), Field("pathOrInlineDv", .string), Field("offset", .int32),
      Field("sizeInBytes", .int32), Field("cardinality", .int64),
    ]))

  static let fields: [Field] = [
    Field(
      "protocol",
      .structure([
        Field("minReaderVersion", .int32), Field("minWriterVersion", .int32),
        Field("readerFeatures", strings), Field("writerFeatures", strings),
      ])),
    Field(
      "metaData",
      .structure([
        Field("id", .string), Field("name", .string), Field("description", .string),
        Field("format", .structure([Field("provider", .string), Field("options", map)])),
        Field("schemaString", .string), Field("partitionColumns", strings),
        Field("createdTime", .int64), Field("configuration", map),
      ])),
    Field(
      "txn",
      .structure([
        Field("appId", .string), Field("version", .int64), Field("lastUpdated", .int64),
      ])),
    Field(
      "domainMetadata",
      .structure([
        Field("domain", .string), Field("configuration", .string), Field("removed", .boolean),
      ])),
    Field(
      "remove",
      .structure([
        Field("path", .string), Field("deletionTimestamp", .int64), Field("dataChange", .boolean),
        Field("extendedFileMetadata", .boolean), Field("partitionValues", map),
        Field("size", .int64), deletionVector,
      ])),
    Field(
      "add",
      .structure([
        Field("path", .string), Field("partitionValues", map), Field("size", .int64),
        Field("modificationTime", .int64), Field("dataChange", .boolean), Field("tags", map),
        deletionVector, Field("stats", .string),
      ])),
  ]

  static func value(_ action: DeltaProtocol) -> Value {
    .structure([
      .int32(Int32(clamping: action.minReaderVersion)),
      .int32(Int32(clamping: action.minWriterVersion)),
      optional(action.readerFeatures.map(list)), optional(action.writerFeatures.map(list)),
    ])
  }

  static func value(_ action: Metadata) -> Value {
    .structure([
      .string(action.id), string(action.name), string(action.description),
      .structure([.string(action.formatProvider), map(action.formatOptions)]),
      .string(action.schemaString), list(action.partitionColumns), int64(action.createdTime),
      map(action.configuration),
    ])
  }

  static func value(_ action: SetTransaction) -> Value {
    .structure([.string(action.appId), .int64(action.version), int64(action.lastUpdated)])
  }

  static func value(_ action: DomainMetadata) -> Value {
    .structure([
      .string(action.domain), .string(action.configuration), .boolean(action.removed),
    ])
  }

  /// "Within the checkpoint, the `remove` struct does not contain the `stats` and `tags` fields."
  static func value(_ action: Remove) -> Value {
    .structure([
      .string(action.path), int64(action.deletionTimestamp), .boolean(false),
      optional(action.extendedFileMetadata.map { .boolean($0) }),
      optional(action.partitionValues.map(map)), int64(action.size), value(action.deletionVector),
    ])
  }

  /// A checkpoint only restates files, so none of them is a data change.
  static func value(_ action: Add) -> Value {
    .structure([
      .string(action.path), map(action.partitionValues), .int64(action.size),
      .int64(action.modificationTime), .boolean(false), optional(action.tags.map(map)),
      value(action.deletionVector), string(action.stats),
    ])
  }

  private static func value(_ descriptor: DeletionVectorDescriptor?) -> Value {
    guard let descriptor else { return .null }
    return .structure([
      .string(descriptor.storage.rawValue), .string(descriptor.pathOrInline),
      optional(descriptor.offset.map { .int32(Int32(clamping: $0)) }),
      .int32(Int32(clamping: descriptor.sizeInBytes)), .int64(descriptor.cardinality),
    ])
  }

  private static func list(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }
  private static func string(_ text: String?) -> Value { optional(text.map { .string($0) }) }
  private static func int64(_ number: Int64?) -> Value { optional(number.map { .int64($0) }) }
  private static func optional(_ value: Value?) -> Value { value ?? .null }

  private static func map(_ map: StringMap) -> Value {
    .map(
      keys: map.entries.map { .string($0.key) },
      values: map.entries.map { string($0.value) })
  }
}
