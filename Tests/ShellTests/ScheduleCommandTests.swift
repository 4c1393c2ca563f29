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
      #expect(run.conversation.commands == ["tick"])
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
