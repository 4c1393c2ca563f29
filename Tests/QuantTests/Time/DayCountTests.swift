import Quant
import Testing

@Suite("Day counts")
struct DayCountTests {
  /// Case dc-actact-p: ISDA memorandum "EMU and market conventions" (1998).
  @Test(
    "reproduce the ISDA memorandum on ACT/ACT",
    arguments: [
      ("2003-11-01", "2004-05-01", 0.497724380567, 0.497267759563),
      ("1999-07-01", "2000-07-01", 1.0013773486, 1.0),
      ("2003-07-15", "2004-01-15", 0.504004790778, 0.504109589041),
      ("2000-01-30", "2000-06-30", 0.415300546448, 0.41530054644),
    ])
  func actualActual(start: String, end: String, isda: Double, afb: Double) {
    let (from, to) = (day(start), day(end))
    #expect(abs(DayCount.actualActualISDA.yearFraction(from: from, to: to) - isda) < 1e-10)
    #expect(abs(DayCount.actualActualAFB.yearFraction(from: from, to: to) - afb) < 1e-10)
    #expect(abs(DayCount.actualActualISDA.yearFraction(from: to, to: from) + isda) < 1e-10)
  }

  /// Case dc-actact-p, the ICMA column.
  @Test(
    "reproduce the memorandum on ACT/ACT ICMA",
    arguments: [
      ("2003-11-01", "2004-05-01", "2004-05-01", 2, 0.5),
      ("1999-07-01", "2000-07-01", "2000-07-01", 1, 1.0),
      ("2003-07-15", "2004-01-15", "2004-01-15", 2, 0.5),
      ("2000-01-30", "2000-06-30", "2000-07-30", 2, 0.417582417582),
    ])
  func icma(start: String, end: String, referenceEnd: String, frequency: Int, expected: Double) {
    let fraction = actualActualICMA(
      from: day(start), to: day(end), reference: (day(start), day(referenceEnd)),
      frequency: frequency)
    #expect(abs(fraction - expected) < 1e-10)
  }

  /// Case dc-30360-p: QuantLib 1.44. Days by bond basis, Eurobond, US, and 30E/360 ISDA.
  @Test(
    "count days of the four kinds of 30/360",
    arguments: [
      ("2006-08-20", "2007-02-20", [180, 180, 180, 180]),
      ("2007-02-28", "2007-08-31", [183, 182, 180, 180]),
      ("2008-02-29", "2008-08-31", [182, 181, 180, 180]),
      ("2009-02-28", "2009-08-31", [183, 182, 180, 180]),
      ("2006-01-30", "2006-02-28", [28, 28, 28, 30]),
      ("2006-02-14", "2006-02-28", [14, 14, 14, 16]),
      ("2006-10-31", "2006-11-28", [28, 28, 28, 28]),
      ("2008-02-28", "2008-08-30", [182, 182, 182, 182]),
      ("2007-02-26", "2008-02-29", [363, 363, 363, 364]),
      ("2008-02-28", "2008-03-31", [33, 32, 33, 32]),
    ])
  func thirty360(start: String, end: String, expected: [Int]) {
    let conventions = [DayCount.thirty360, .thirtyE360, .thirty360US, .thirtyE360ISDA]
    #expect(conventions.map { $0.days360(from: day(start), to: day(end)) } == expected)
    #expect(
      conventions[0].yearFraction(from: day(start), to: day(end)) == Double(expected[0]) / 360)
  }

  @Test("leave the last of February as it is when a 30E/360 ISDA period terminates there")
  func termination() {
    let days = DayCount.thirtyE360ISDA.days360(
      from: day("2006-01-30"), to: day("2006-02-28"), terminates: true)
    #expect(days == 28)
  }

  @Test("end for any two day numbers", arguments: DayCount.allCases)
  func extremes(convention: DayCount) {
    let years = convention.yearFraction(from: .min, to: .max)
    #expect(abs(years / 11_759_221 - 1) < 0.02)
    #expect(convention.yearFraction(from: .max, to: .min) == -years)
    #expect(convention.yearFraction(from: 12_345, to: 12_345) == 0)
  }

  @Test("divide actual days by 360 and 365")
  func actual() {
    #expect(DayCount.actual360.yearFraction(from: 0, to: 90) == 0.25)
    #expect(DayCount.actual365Fixed.yearFraction(from: 0, to: 73) == 0.2)
    #expect(DayCount.actual365Fixed.yearFraction(from: 73, to: 0) == -0.2)
  }

  @Test("give ACT/ACT ISDA that adds up over any split", arguments: [0, 1, 31, 366, 10_000])
  func additive(split: Int) {
    let (start, middle, end) = (
      day("1996-02-29"), day("1996-02-29") + Int32(split), day("2031-07-09")
    )
    let convention = DayCount.actualActualISDA
    let parts =
      convention.yearFraction(from: start, to: middle)
      + convention.yearFraction(from: middle, to: end)
    #expect(abs(parts - convention.yearFraction(from: start, to: end)) < 1e-12)
  }
}
