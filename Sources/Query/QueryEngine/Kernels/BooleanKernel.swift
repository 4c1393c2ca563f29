import Columnar

// Three-valued logic on bitmaps: a boolean is a pair "is true", "is false"; neither means null.

struct Ternary {
  var isTrue: Bitmap
  var isFalse: Bitmap

  init(isTrue: Bitmap, isFalse: Bitmap) {
    self.isTrue = isTrue
    self.isFalse = isFalse
  }

  init(_ datum: Datum, rowCount: Int) {
    switch datum {
    case .constant(.boolean(let bit)):
      isTrue = Bitmap(repeating: bit, count: rowCount)
      isFalse = Bitmap(repeating: !bit, count: rowCount)
    case .column(let column):
      let bits = column.storage.boolean ?? Bitmap(repeating: false, count: rowCount)
      isTrue = Bitmap.present(bits, column.validity)
      isFalse = Bitmap.present(~bits, column.validity)
    case .constant:
      isTrue = Bitmap(repeating: false, count: rowCount)
      isFalse = isTrue
    }
  }

  static func and(_ a: Ternary, _ b: Ternary) -> Ternary {
    Ternary(isTrue: a.isTrue & b.isTrue, isFalse: a.isFalse | b.isFalse)
  }

  static func or(_ a: Ternary, _ b: Ternary) -> Ternary {
    Ternary(isTrue: a.isTrue | b.isTrue, isFalse: a.isFalse & b.isFalse)
  }

  var column: Column { Column(.boolean, .boolean(isTrue), validity: isTrue | isFalse) }
}

/// The rows where a predicate is true (neither false nor null).
func selection(_ datum: Datum, rowCount: Int) -> Bitmap {
  switch datum {
  case .constant(let value): return Bitmap(repeating: value == .boolean(true), count: rowCount)
  case .column(let column):
    let bits = column.storage.boolean ?? Bitmap(repeating: false, count: rowCount)
    return Bitmap.present(bits, column.validity)
  }
}
