/// The cells of one column as text: cell *i* is `bytes[offsets[k]..<offsets[k + 1]]`, where *k* is
/// `codes[i]`, or *i* itself when there are no codes.
struct CellText {
  var bytes: [UInt8]
  var offsets: [Int32]
  var codes: [Int32]?

  var count: Int { codes?.count ?? offsets.count - 1 }

  func slice(_ row: Int) -> ArraySlice<UInt8> {
    let place = codes.map { Int($0[row]) } ?? row
    return bytes[Int(offsets[place])..<Int(offsets[place + 1])]
  }

  func string(_ row: Int) -> String { String(decoding: slice(row), as: UTF8.self) }

  /// Adds the length of every cell, and `extra`, to the entry of its row.
  func addLengths(to lengths: inout [Int], extra: Int) {
    if let codes {
      for row in codes.indices {
        let place = Int(codes[row])
        lengths[row] &+= Int(offsets[place &+ 1] &- offsets[place]) &+ extra
      }
    } else {
      for row in 0..<count {
        lengths[row] &+= Int(offsets[row &+ 1] &- offsets[row]) &+ extra
      }
    }
  }

  /// Writes `prefix` and the cell at the cursor of every row, and moves the cursors behind them.
  ///
  /// - Precondition: `out` has room for what `addLengths` counted, behind each cursor.
  @unsafe func scatter(
    prefix: [UInt8], at cursors: inout [Int], into out: UnsafeMutableBufferPointer<UInt8>
  ) {
    guard let base = out.baseAddress else { return }
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe offsets.withUnsafeBufferPointer { offsets in
        for row in 0..<cursors.count {
          let place = codes.map { Int($0[row]) } ?? row
          let start = unsafe Int(offsets[place])
          let length = unsafe Int(offsets[place &+ 1]) &- start
          var target = unsafe base + cursors[row]
          for byte in prefix {
            unsafe target.pointee = byte
            unsafe target += 1
          }
          if length > 0, let source = bytes.baseAddress {
            unsafe target.update(from: source + start, count: length)
          }
          cursors[row] &+= prefix.count &+ length
        }
      }
    }
  }
}
