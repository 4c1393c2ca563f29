/// How a CSV file is written, where COPY's options say.
package struct DelimitedText: Sendable, Equatable {
  package var separator = UInt8(ascii: ",")
  /// What stands for NULL; the same text as a value is quoted.
  package var null: [UInt8] = []
  package var hasHeader = true

  package init() {}

  /// Whether a byte can stand between cells: no part of numbers, dates, words and quotes.
  package static func canSeparate(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "^"),
      UInt8(ascii: "~"), UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "$"),
      UInt8(ascii: "&"), UInt8(ascii: "/"), UInt8(ascii: "@"):
      true
    default: false
    }
  }
}
