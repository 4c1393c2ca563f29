/// How a box table looks.
package struct TableStyle: Sendable {
  /// Columns of the terminal; wider tables lose middle columns. Nil shows all.
  package var width: Int?
  /// Longer tables lose middle rows. Nil shows all.
  package var maximumRows: Int?
  /// Whether numbers get thousands separators.
  package var groupsDigits = false
  package var usesColor = false
  /// The unit of decimals and floating-point numbers; nil shows them as they are.
  package var unit: AmountUnit?
  /// Whether each amount has a bar beside it, and lists of numbers are curves.
  package var showsBars = false
  /// Columns that stay when not all fit, the first of them longest; empty keeps both ends.
  package var preferredColumns: [String] = []
  package var showsFooter = true
  /// Whether the footer tells the time taken.
  package var showsTime = true

  /// Everything, plain: for pipes and files.
  package init() {}

  /// For people at a terminal of that many columns.
  package static func terminal(width: Int, usesColor: Bool) -> TableStyle {
    var style = TableStyle()
    style.width = width
    style.maximumRows = 40
    style.groupsDigits = true
    style.usesColor = usesColor
    return style
  }
}
