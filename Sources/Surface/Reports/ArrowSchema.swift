import Columnar

/// The messages of the Arrow IPC stream that say what follows (Arrow `Schema.fbs`, `Message.fbs`).
enum ArrowSchema {
  private static let version5: Int16 = 4

  /// Numbers of the union `MessageHeader`.
  enum Header: UInt8 {
    case schema = 1
    case recordBatch = 3
  }

  static func message(_ schema: Schema) -> [UInt8] {
    var builder = FlatBufferBuilder()
    let fields = schema.fields.map { field($0, &builder) }
    let list = builder.vector(of: fields)
    let root = builder.table([.int16(0), .place(list)])
    return wrapped(&builder, .schema, root, bodyLength: 0)
  }

  /// - Parameters:
  ///   - nodes: Rows and nulls of each column and child, depth first.
  ///   - buffers: Place and length of each buffer in the body.
  static func message(
    rows: Int, nodes: [Int64], buffers: [Int64], bodyLength: Int
  ) -> [UInt8] {
    var builder = FlatBufferBuilder()
    let bufferList = builder.vector(structures: buffers, width: 2)
    let nodeList = builder.vector(structures: nodes, width: 2)
    let root = builder.table([.int64(Int64(rows)), .place(nodeList), .place(bufferList)])
    return wrapped(&builder, .recordBatch, root, bodyLength: bodyLength)
  }

  private static func wrapped(
    _ builder: inout FlatBufferBuilder, _ header: Header, _ root: Int, bodyLength: Int
  ) -> [UInt8] {
    let message = builder.table([
      .int16(version5), .byte(header.rawValue), .place(root), .int64(Int64(bodyLength)),
    ])
    var metadata = builder.finished(root: message)
    while metadata.count % 8 != 0 { metadata.append(0) }
    let size = UInt32(metadata.count)
    let prefix: [UInt8] =
      [0xFF, 0xFF, 0xFF, 0xFF] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    return prefix + metadata
  }

  private static func field(_ field: Field, _ builder: inout FlatBufferBuilder) -> Int {
    let children: [Field]
    switch field.type {
    case .list(let element): children = [element]
    case .vector: children = [Field("element", .double, isNullable: false)]
    case .structure(let fields): children = fields
    case .map(let key, let value):
      children = [
        Field(
          "entries",
          .structure([
            Field("key", key.type, isNullable: false),
            Field("value", value.type, isNullable: value.isNullable),
          ]), isNullable: false)
      ]
    default: children = []
    }
    let childPlaces = children.map { self.field($0, &builder) }
    let childList = builder.vector(of: childPlaces)
    let (number, type) = self.type(field.type, &builder)
    let name = builder.string(field.name)
    return builder.table([
      .place(name), .byte(field.isNullable ? 1 : 0), .byte(number), .place(type), nil,
      .place(childList),
    ])
  }

  /// The number in the union `Type`, and its table.
  private static func type(
    _ type: DataType, _ builder: inout FlatBufferBuilder
  ) -> (UInt8, Int) {
    switch type {
    case .int32: return (2, builder.table([.int32(32), .byte(1)]))
    case .int64: return (2, builder.table([.int32(64), .byte(1)]))
    case .float: return (3, builder.table([.int16(1)]))
    case .double: return (3, builder.table([.int16(2)]))
    case .binary: return (4, builder.table([]))
    case .string: return (5, builder.table([]))
    case .boolean: return (6, builder.table([]))
    case .decimal(let precision, let scale):
      return (7, builder.table([.int32(Int32(precision)), .int32(Int32(scale)), .int32(128)]))
    case .date: return (8, builder.table([.int16(0)]))
    case .timestamp:
      let zone = builder.string("UTC")
      return (10, builder.table([.int16(2), .place(zone)]))
    case .timestampNTZ: return (10, builder.table([.int16(2)]))
    case .list, .vector: return (12, builder.table([]))
    case .structure: return (13, builder.table([]))
    case .map: return (17, builder.table([.byte(0)]))
    }
  }
}
