/// What a file may cost at most before it is refused; every length in a file is only a claim.
package struct ReadBudget: Sendable {
  /// Bytes of the footer, and of one page's index.
  package var footerBytes = 256 << 20
  /// Bytes of one page, compressed and decompressed.
  package var pageBytes = 256 << 20
  /// Bytes of all values of one column chunk as if each were written out, so that a small dictionary
  /// behind a long run is counted at its real size.
  package var chunkBytes = 4 << 30
  /// Bytes that one column of one batch takes in memory.
  package var batchBytes = 1 << 30

  package init() {}
}
