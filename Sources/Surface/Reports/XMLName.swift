/// Names of columns as names of XML elements (ISO/IEC 9075-14 "SQL/XML", mapping of identifiers): what
/// no XML name may have becomes `_xHHHH_`, so that the name can be read back.
enum XMLName {
  static func of(_ name: String) -> String {
    var text = ""
    let scalars = Array(name.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let isFirst = index == 0
      // What looks like an escape is escaped itself, and so is a name that XML keeps for itself.
      let isEscape = scalar == "_" && index + 1 < scalars.count && scalars[index + 1] == "x"
      let isReserved = isFirst && name.lowercased().hasPrefix("xml")
      if isEscape || isReserved || !(isStart(scalar) || (!isFirst && isPart(scalar))) {
        text += escape(scalar)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text.isEmpty ? "_x0000_" : text
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let width = digits.utf8.count <= 4 ? 4 : 6
    return "_x" + String(repeating: "0", count: width - digits.utf8.count) + digits + "_"
  }

  /// `NameStartChar` of XML 1.0 (fifth edition) without the colon, which namespaces need.
  private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
      0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF,
      0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
      true
    default: false
    }
  }

  /// `NameChar`, likewise.
  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
    default: isStart(scalar)
    }
  }
}
