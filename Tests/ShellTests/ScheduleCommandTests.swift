import Columnar
import Lakehouse
import Shell
import Testing

@Suite("Commands of the schedule")
struct ScheduleCommandTests {
  @Test("tick tells by its exit code what failed and what is late")
  func exitCodes() {
    for (verdict, status) in [(nil, 0), (.data, 1), (.stale, 4)] as [(LakeError.Reason?, Int32)] {
      let conversation = ScriptedConversation()
      conversation.outcome = { _ throws(LakeError) in Outcome(lines: ["said"], verdict: verdict) }
      let run = CommandRun(["tick"], conversation: conversation)
      #expect(run.status == status)
      #expect(run.conversation.commands == ["\(LakeCommand.tick())"])
    }
  }

  @Test("schedule install prints units that name the lake, with what systemd reads quoted")
  func units() {
    let run = CommandRun(["schedule", "install", "--systemd", "--lake", "/srv/50% \"a\" $b"])
    #expect(run.status == 0)
    #expect(run.output.contains("\"tick\" \"--lake\" \"/srv/50%% \\\"a\\\" $$b\""))
    #expect(run.output.contains("tarn-tick.timer") && run.output.contains("OnCalendar=minutely"))
    #expect(run.conversation.commands.isEmpty)
    #expect(CommandRun(["schedule", "install"]).status == 2)
    #expect(CommandRun(["schedule", "remove", "--systemd"]).status == 2)
  }

  @Test("who is to be told goes with the tick, and into the units")
  func targets() {
    let told = ["--notify", "mail desk", "--metrics", "/m.prom", "--lineage", "/l"]
    let run = CommandRun(["tick"] + told)
    let targets = NoticeTargets(command: "mail desk", metrics: "/m.prom", lineage: "/l")
    #expect(run.conversation.commands == ["\(LakeCommand.tick(targets))"])
    let units = CommandRun(["schedule", "install", "--systemd", "--lake", "/srv/bank"] + told)
    #expect(units.output.contains("\"--notify\" \"mail desk\" \"--metrics\" \"/m.prom\""))
  }

  @Test("a landing folder goes with the tick, into the units, and nowhere without --landing")
  func landing() {
    for (arguments, folder) in [
      (["--landing"], LandingFolder()), (["--landing", "/in"], LandingFolder("/in")),
      (["--landing=/in", "--settle", "0"], LandingFolder("/in", settle: 0)),
    ] {
      let run = CommandRun(["tick"] + arguments)
      #expect(run.conversation.commands == ["\(LakeCommand.tick(landing: folder))"])
      #expect(run.status == 0)
    }
    let units = CommandRun(
      ["schedule", "install", "--systemd", "--lake", "/srv/bank", "--landing", "/srv/in"])
    #expect(
      units.output.contains("\"--landing\" \"/srv/in\" \"--settle\" \"10\""), "\(units.output)")
    for refused in [
      ["tick", "/in"], ["tick", "--settle", "5"], ["tick", "--landing", "/in", "/out"],
      ["tick", "--landing", "--settle", "-1"], ["scheduler", "/in"],
      ["schedule", "install", "/in", "--systemd"], ["status", "--landing"],
    ] {
      let run = CommandRun(refused)
      #expect(run.status == 2 && run.conversation.commands.isEmpty, "\(refused): \(run.words)")
    }
  }

  @Test(
    "a backfill has dates, a restatement a reason",
    arguments: [
      ("backfill gold.lcr", "expected --from and --to, or one --date"),
      ("backfill gold.lcr --from 2025-06-23 --to 2025-06-02", "--from 2025-06-23 is after --to"),
      ("restate gold.lcr --date 2025-06-20", "expected --reason TEXT"),
      ("backfill --from 2025-06-23", "backfill"),
      ("backfill gold.lcr --from 2025-13-01", "2025-13-01"),
    ])
  func dates(line: String, message: String) {
    let run = CommandRun(line.split(separator: " ").map(String.init))
    #expect(run.status == 2 && run.words.contains(message), "\(run.words)")
  }

  @Test("a range of one date and one of many")
  func ranges() throws {
    let first = try #require(CalendarDate("2025-06-02"))
    let last = try #require(CalendarDate("2025-06-23"))
    var request = BackfillRequest(views: ["gold.lcr"], dates: first...last)
    request.keepsGoing = true
    let many = CommandRun([
      "backfill", "gold.lcr", "--from", "2025-06-02", "--to", "2025-06-23", "--keep-going",
    ])
    #expect(many.conversation.commands == ["\(LakeCommand.backfill(request))"])
    var restatement = BackfillRequest(views: ["gold.lcr"], dates: first...first)
    restatement.reason = "late trade"
    let one = CommandRun([
      "restate", "gold.lcr", "--date", "2025-06-02", "--reason", "late trade",
    ])
    #expect(one.conversation.commands == ["\(LakeCommand.backfill(restatement))"])
  }

  @Test("the seconds between ticks are a number")
  func poll() {
    #expect(CommandRun(["scheduler", "--poll", "0"]).status == 2)
    #expect(CommandRun(["scheduler", "--poll", "1 minute"]).status == 2)
    #expect(CommandRun(["tick", "--poll", "5"]).status == 2)
  }

  @Test("the scheduler ends with the error that no later tick can put right")
  func fatal() {
    let conversation = ScriptedConversation()
    var ticks = 0
    conversation.outcome = { _ throws(LakeError) in
      ticks += 1
      throw ticks == 1 ? LakeError(.conflict, "again") : LakeError(.noLake, "gone")
    }
    let run = CommandRun(["scheduler", "--poll", "1"], conversation: conversation)
    #expect(run.status == 1 && ticks == 2)
    #expect(run.words.contains("this tick failed: again") && run.words.contains("gone"))
  }
}
