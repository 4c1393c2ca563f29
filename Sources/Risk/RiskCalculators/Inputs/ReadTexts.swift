import Quant

/// A text column whose distinct values were each read once as something else.
struct ReadTexts<Element: Sendable>: Sendable {
  private let values: [Result<Element, QuantError>]
  private let codes: [Int32]

  init(
    _ texts: InputRows.Texts, _ read: (String) throws(QuantError) -> Element
  ) {
    var values: [Result<Element, QuantError>] = []
    for text in texts.values {
      do throws(QuantError) {
        values.append(.success(try read(text)))
      } catch {
        values.append(.failure(error))
      }
    }
    self.values = values
    codes = texts.codes
  }

  /// - Throws: What reading the row's text threw.
  /// - Returns: `nil` for a NULL.
  func optional(_ row: Int) throws(QuantError) -> Element? {
    codes[row] < 0 ? nil : try values[Int(codes[row])].get()
  }

  /// - Throws: As `optional`, and for a NULL.
  func value(_ row: Int, _ field: String) throws(QuantError) -> Element {
    try MarketTerms.present(try optional(row), field)
  }
}
