/// How a column's values lie in a file. Raw values are those of the format.
package enum PhysicalType: Int32, Sendable, Hashable {
  case boolean = 0
  case int32 = 1
  case int64 = 2
  case int96 = 3
  case float = 4
  case double = 5
  case byteArray = 6
  case fixedLengthByteArray = 7
}

package enum Repetition: Int32, Sendable, Hashable {
  case required = 0
  case optional = 1
  case repeated = 2
}

/// The annotation of older files; newer ones have `LogicalType` beside it.
package enum ConvertedType: Int32, Sendable, Hashable {
  case utf8 = 0
  case map = 1
  case mapKeyValue = 2
  case list = 3
  case enumeration = 4
  case decimal = 5
  case date = 6
  case timeMillis = 7
  case timeMicros = 8
  case timestampMillis = 9
  case timestampMicros = 10
  case uint8 = 11
  case uint16 = 12
  case uint32 = 13
  case uint64 = 14
  case int8 = 15
  case int16 = 16
  case int32 = 17
  case int64 = 18
  case json = 19
  case bson = 20
  case interval = 21
}

/// An encoding of values or levels; an unknown one is kept, and refused when a page uses it.
package struct Encoding: RawRepresentable, Sendable, Hashable {
  package var rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let plain = Encoding(rawValue: 0)
  package static let plainDictionary = Encoding(rawValue: 2)
  package static let rle = Encoding(rawValue: 3)
  package static let bitPacked = Encoding(rawValue: 4)
  package static let deltaBinaryPacked = Encoding(rawValue: 5)
  package static let deltaLengthByteArray = Encoding(rawValue: 6)
  package static let deltaByteArray = Encoding(rawValue: 7)
  package static let rleDictionary = Encoding(rawValue: 8)
  package static let byteStreamSplit = Encoding(rawValue: 9)

  package var name: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .rle: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .rleDictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    default: rawValue == 10 ? "ALP" : "number \(rawValue)"
    }
  }
}

package struct PageType: RawRepresentable, Sendable, Hashable {
  package var rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let data = PageType(rawValue: 0)
  package static let index = PageType(rawValue: 1)
  package static let dictionary = PageType(rawValue: 2)
  package static let dataV2 = PageType(rawValue: 3)
}
