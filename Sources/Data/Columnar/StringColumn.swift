/// Distinct or consecutive byte strings, packed: value *i* is `bytes[offsets[i]..<offsets[i + 1]]`.
///
/// Shared by reference, so a dictionary travels from the file to the last operator without a copy,
/// and two columns of one dictionary can be told by identity (`===`).
package final class StringValues: Sendable {
  /// `count + 1` ascending positions into `bytes`, the first of them 0.
  package let offsets: [Int32]
  package let bytes: [UInt8]

  /// - Precondition: `offsets` is not empty, starts at 0, ascends and ends at `bytes.count`. Readers
  ///   of files check this before they call.
  package init(offsets: [Int32], bytes: [UInt8]) {
    precondition(offsets.first == 0 && Int(offsets[offsets.count - 1]) == bytes.count)
    self.offsets = offsets
    self.bytes = bytes
  }

  package convenience init(_ strings: [String]) {
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    offsets.reserveCapacity(strings.count + 1)
    for string in strings {
      bytes.append(contentsOf: string.utf8)
      offsets.append(Int32(bytes.count))
    }
    self.init(offsets: offsets, bytes: bytes)
  }

  package convenience init(_ values: [[UInt8]]) {
    var offsets: [Int32] = [0]
    var bytes: [UInt8] = []
    offsets.reserveCapacity(values.count + 1)
    for value in values {
      bytes.append(contentsOf: value)
      offsets.append(Int32(bytes.count))
    }
    self.init(offsets: offsets, bytes: bytes)
  }

  package var count: Int { offsets.count - 1 }

  package func range(_ index: Int) -> Range<Int> {
    Int(offsets[index])..<Int(offsets[index + 1])
  }

  package func slice(_ index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  /// The value as text; bytes that are not UTF-8 show as U+FFFD.
  package func string(_ index: Int) -> String { String(decoding: slice(index), as: UTF8.self) }

  /// The values at `indices`, packed anew.
  package func take(_ indices: [Int32]) -> StringValues {
    var offsets = [Int32]()
    offsets.reserveCapacity(indices.count + 1)
    offsets.append(0)
    var total = 0
    for index in indices { total += Int(self.offsets[Int(index) + 1] - self.offsets[Int(index)]) }
    var bytes = [UInt8]()
    bytes.reserveCapacity(total)
    for index in indices {
      bytes.append(contentsOf: slice(Int(index)))
      offsets.append(Int32(bytes.count))
    }
    return StringValues(offsets: offsets, bytes: bytes)
  }
}

/// Strings or binaries of a column: a dictionary and one code a row, or packed row by row.
///
/// Row *i* is value `codes[i]` of `values`, or value *i* itself when `codes` is nil. The code of a
/// null row is any valid code (0 when there is one); its value must not be read.
package struct StringColumn: Sendable {
  package let values: StringValues
  package let codes: [Int32]?

  /// - Precondition: every code of a row that is not null lies in `0..<values.count`. Readers of
  ///   files check this before they call.
  package init(values: StringValues, codes: [Int32]?) {
    self.values = values
    self.codes = codes
  }

  package init(_ strings: [String]) { self.init(values: StringValues(strings), codes: nil) }

  package var count: Int { codes?.count ?? values.count }

  package func code(_ row: Int) -> Int { codes.map { Int($0[row]) } ?? row }
  package func string(_ row: Int) -> String { values.string(code(row)) }
  package func bytes(_ row: Int) -> ArraySlice<UInt8> { values.slice(code(row)) }
}
