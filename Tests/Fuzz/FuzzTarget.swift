import TestSupport

/// A parser under test: where its inputs come from, how they are bent, what is done with them.
protocol FuzzTarget {
  /// As the command line and the corpus folder name it.
  static var name: String { get }
  init() throws
  /// Inputs made by Tarn's own writers, besides those of the corpus folder.
  var seeds: [[UInt8]] { get }
  /// A changed copy of an input; `other` is another input to take parts from.
  func mutated(_ input: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator) -> [UInt8]
  /// Parses the input as far as it goes.
  ///
  /// - Returns: Whether it was taken as valid; a refusal is as good an answer.
  func accepts(_ input: [UInt8]) -> Bool
}
