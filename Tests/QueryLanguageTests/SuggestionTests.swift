import QueryLanguage
import Testing

@Suite struct SuggestionTests {
  @Test(
    "Edit distance counts a swap of neighbours once",
    arguments: [
      ("price", "price", 0), ("price", "prcie", 1), ("price", "prize", 1), ("", "abc", 3),
      ("abc", "", 3), ("ca", "abc", 3), ("kitten", "sitting", 3),
    ])
  func distance(_ left: String, _ right: String, _ expected: Int) {
    #expect(Suggestion.distance(left, right) == expected)
  }

  @Test("The nearest candidate is proposed, ignoring case; a far one is not")
  func nearest() {
    let columns = ["desk", "market_value", "price", "Prize"]
    #expect(Suggestion.nearest(to: "prcie", among: columns) == "price")
    #expect(Suggestion.nearest(to: "MARKETVALUE", among: columns) == "market_value")
    #expect(Suggestion.nearest(to: "deks", among: columns) == "desk")
    #expect(Suggestion.nearest(to: "prixe", among: columns) == "price")
    #expect(Suggestion.nearest(to: "counterparty", among: columns) == nil)
    #expect(Suggestion.nearest(to: "x", among: ["y", "xy"]) == nil)
    #expect(Suggestion.nearest(to: "ab", among: ["cd"]) == nil)
    #expect(Suggestion.nearest(to: "anything", among: []) == nil)
  }
}
