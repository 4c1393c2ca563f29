extension Parser {
  /// A type with its parameters and any number of `[]`.
  func typeName() throws(Diagnostic) -> TypeName {
    try nested { () throws(Diagnostic) in
      let start = index
      guard token.isName, !Keywords.isReserved(token) else { throw unexpected("a type") }
      let word = advance()
      var type = TypeName(try typeKind(word), range: range(from: start))
      while isSymbol(.leftBracket), isSymbol(.rightBracket, at: 1) {
        advance()
        advance()
        try grow()
        type = TypeName(.list(type), range: range(from: start))
      }
      return type
    }
  }

  private func typeKind(_ word: Token) throws(Diagnostic) -> TypeName.Kind {
    switch word.text.uppercased() {
    case "BOOLEAN", "BOOL": return .boolean
    case "INT", "INT32", "INTEGER", "INT4", "SIGNED": return .int32
    // Smaller and unsigned integers are the next type that holds them.
    case "TINYINT", "INT1", "SMALLINT", "INT2", "INT16", "SHORT", "UTINYINT", "USMALLINT":
      return .int32
    case "UINTEGER", "UINT32": return .int64
    case "UBIGINT", "UINT64": return .decimal(precision: 20, scale: 0)
    case "HUGEINT", "INT128": return .decimal(precision: 38, scale: 0)
    case "BIGINT", "INT64", "LONG", "INT8": return .int64
    case "FLOAT", "REAL", "FLOAT32", "FLOAT4": return .float
    case "DOUBLE", "FLOAT64", "FLOAT8":
      _ = accept("PRECISION")
      return .double
    case "DECIMAL", "NUMERIC", "DEC": return try decimal(word)
    case "STRING", "TEXT", "VARCHAR", "CHAR", "BPCHAR", "NVARCHAR":
      try skipLength()
      return .string
    case "CHARACTER":
      _ = accept("VARYING")
      try skipLength()
      return .string
    case "DATE": return .date
    case "TIMESTAMP", "TIMESTAMPTZ", "DATETIME":
      if !accept("WITH", "TIME", "ZONE") { _ = accept("WITHOUT", "TIME", "ZONE") }
      return .timestamp
    case "BINARY", "BLOB", "BYTEA", "VARBINARY": return .binary
    case "INTERVAL": return .interval
    case "LIST", "ARRAY": return try listType()
    case "VECTOR": return try vector()
    default: throw unknownType(word)
    }
  }

  /// Lengths of strings are accepted and mean nothing, as in DuckDB.
  private func skipLength() throws(Diagnostic) {
    guard accept(.leftParenthesis) else { return }
    _ = try count("a length")
    try expect(.rightParenthesis)
  }

  private func decimal(_ word: Token) throws(Diagnostic) -> TypeName.Kind {
    guard accept(.leftParenthesis) else { return .decimal(precision: 18, scale: 3) }
    let start = index
    let precision = try count("a number of digits")
    let scale = accept(.comma) ? try count("a number of digits after the point") : 0
    let range = range(from: start)
    try expect(.rightParenthesis)
    guard (1...38).contains(precision) else {
      throw Diagnostic(
        "a decimal has 1 to 38 digits, not \(precision)", at: range,
        help: "write for example decimal(18, 2)")
    }
    guard scale <= precision else {
      throw Diagnostic(
        "a decimal of \(precision) digits cannot have \(scale) after the point", at: range,
        help: "the first number counts all digits, the second those after the point")
    }
    return .decimal(precision: precision, scale: scale)
  }

  private func listType() throws(Diagnostic) -> TypeName.Kind {
    let closing: Symbol = isSymbol(.less) ? .greater : .rightParenthesis
    guard accept(.less) || accept(.leftParenthesis) else {
      throw unexpected("the type of the elements", help: "write list<double> or double[]")
    }
    let element = try typeName()
    try expect(closing)
    return .list(element)
  }

  private func vector() throws(Diagnostic) -> TypeName.Kind {
    guard accept(.leftParenthesis) else {
      throw unexpected("a length", help: "write vector(250) for 250 doubles")
    }
    let start = index
    let length = try count("a length")
    if length < 1 {
      throw Diagnostic("a vector has at least one element", at: range(from: start))
    }
    try expect(.rightParenthesis)
    return .vector(length)
  }

  private static let names = [
    "boolean", "int", "integer", "bigint", "float", "real", "double", "decimal", "numeric",
    "string",
    "varchar", "text", "date", "timestamp", "binary", "interval", "list", "vector",
  ]

  private func unknownType(_ word: Token) -> Diagnostic {
    let name = word.text.lowercased()
    let help: String
    switch name {
    case "struct", "map", "row", "union":
      help = "columns of this type pass through untouched, but cannot be declared or computed on"
    case "json": help = "use string"
    case "time": help = "use timestamp"
    case "uuid": help = "use string"
    default:
      if let nearest = Suggestion.nearest(to: name, among: Parser.names) {
        return Diagnostic(
          "there is no type \"\(word.text)\"", at: word.range,
          help: "did you mean \"\(nearest)\"?",
          fixIt: .init(range: word.range, replacement: nearest))
      }
      help =
        "types are boolean, int, bigint, float, double, decimal(p, s), string, date, timestamp,"
        + " binary, list<type> and vector(n)"
    }
    return Diagnostic("there is no type \"\(word.text)\"", at: word.range, help: help)
  }
}
