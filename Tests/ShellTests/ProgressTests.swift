import Reports
import Shell
import Testing

@Suite struct ProgressTests {
  @Test func aLongStatementTellsHowFarItIs() {
    let text = ProgressLine.text(
      (done: 30, planned: 100, rows: 12_345_678), elapsed: 1_400_000_000, memory: 310_000_000,
      width: 120)
    #expect(
      text
        == " 30% ██████░░░░░░░░░░░░░░ 1.40 s · about 4 s left · 8.8 M rows/s · 310 MB · 12.3 M rows"
    )
  }

  @Test(arguments: [20, 40, 80, 200])
  func theLineNeverWraps(_ width: Int) {
    let text = ProgressLine.text(
      (done: 1, planned: 3, rows: 9_999_999_999), elapsed: 86_400_000_000_000,
      memory: 1_234_567_890_123, width: width)
    #expect(DisplayWidth.of(text) <= width - 4)
  }

  @Test func withoutAPlanThereIsStillTimeAndMemory() {
    let text = ProgressLine.text(
      (done: 0, planned: 0, rows: 0), elapsed: 2_000_000_000, memory: 5_000_000, width: 80)
    #expect(text == "2.00 s · 5.00 MB")
  }

  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 kB"), (23_456, "23.5 kB"),
    (999_499, "999 kB"), (999_500, "1.00 MB"), (1_400_000, "1.40 MB"),
    (2_070_000_000, "2.07 GB"), (5_000_000_000_000, "5,000 GB"),
  ])
  func sizesHaveThreeDigits(_ count: Int, _ text: String) {
    #expect(Footer.bytes(count) == text)
  }
}
