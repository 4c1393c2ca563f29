import Columnar

extension Value {
  /// The value as a file of text would have it; nil for null.
  var plainText: String? {
    switch self {
    case .null: nil
    case .boolean(let bit): bit ? "true" : "false"
    case .int32(let number): "\(number)"
    case .int64(let number): "\(number)"
    case .float(let number): "\(number)"
    case .double(let number): "\(number)"
    case .decimal(let number): "\(number)"
    case .string(let text): text
    case .binary(let bytes): String(decoding: bytes, as: UTF8.self)
    case .date(let date): "\(date)"
    case .timestamp(let time): "\(time)"
    case .timestampNTZ(let time): time.text(separator: "T")
    case .list(let values), .structure(let values):
      "[" + values.map { $0.plainText ?? "null" }.joined(separator: ",") + "]"
    case .map(let keys, let values):
      "{"
        + zip(keys, values).map { "\($0.plainText ?? "null"):\($1.plainText ?? "null")" }
        .joined(separator: ",") + "}"
    }
  }
}
