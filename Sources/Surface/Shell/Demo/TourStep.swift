import Lakehouse

/// One stop of the tour: what is done, and one sentence of what it means.
struct TourStep: Sendable {
  enum Action: Sendable {
    /// A saved query by the name of its file.
    case query(String)
    /// A command on the lake that must end with this verdict.
    case command(LakeCommand, spelling: String, verdict: LakeError.Reason?)
    /// Flips a byte of a data file in a copy of the lake; `verify` must notice.
    case tamper(table: String)
    /// Computes the latest run of the view again; it must be identical.
    case replay(view: String)
  }

  var title: String
  var action: Action
  var meaning: String

  static let all: [TourStep] = [
    TourStep(
      title: "Slice by desk and legal entity", action: .query("01-desk-and-entity"),
      meaning: "The book of Monday 23 June in US dollars, at the reference rates of that day."),
    TourStep(
      title: "Drill into one line of it", action: .query("02-drill-fx-london"),
      meaning: "Desk FX_LDN a level deeper, in original currency."),
    TourStep(
      title: "T-3 as reported beside as now known",
      action: .query("03-t-3-as-reported-and-now"),
      meaning: "One statement, one business date, two moments of knowledge: only FX_LDN moved. "
        + "T-3 is Tuesday the 17th, because Juneteenth and the weekend are no business days."),
    TourStep(
      title: "Which rows made the difference", action: .query("04-rows-between"),
      meaning: "One trade was amended and one booked late; nothing else lies between the two tags."),
    TourStep(
      title: "Who changed it, and when", action: .query("06-who-and-when"),
      meaning: "Every commit of the table with actor, time and rows; the newest is the late file."),
    TourStep(
      title: "What was kept out, and why", action: .query("11-data-quality"),
      meaning: "Rows that break the contract wait in quarantine; none of them sank its file."),
    TourStep(
      title: "The liquidity coverage ratio of each entity", action: .query("07-lcr-by-entity"),
      meaning: "LE_UK falls under 100 % on the last day."),
    TourStep(
      title: "A scheduled job sees the breach",
      action: .command(
        .status(check: true), spelling: "tarn status --check", verdict: .breached),
      meaning: "Exit code 3 says that a limit is breached; a job needs no more than that."),
    TourStep(
      title: "Why it fell", action: .query("09-lcr-breach-why"),
      meaning: "Nobody traded: a deposit of GBP 410 million has come within 30 calendar days of "
        + "its maturity."),
    TourStep(
      title: "One flipped byte is caught", action: .tamper(table: "silver/positions"),
      meaning: "In a copy of the lake one bit of one data file was changed; the checksums tell."),
    TourStep(
      title: "A number computed again is the same to the last bit",
      action: .replay(view: "gold.lcr"),
      meaning: "The run record pins inputs, definition, method and parameters, "
        + "so anybody can repeat it."),
  ]
}
