import FileStorage
import Glibc
import Lakehouse
import SQLLogic

// Runs one sqllogictest file and writes a line for each record, or sums up such lines.
//
//   sqlsuite file RULES FILE FOLDER NAME [ORDINAL=REASON …]
//   sqlsuite summary < lines

func readFile(_ path: String) -> String? {
  (try? LocalFileStore().read(path)).map { String(decoding: $0, as: UTF8.self) }
}

func put(_ text: String) {
  let bytes = Array(text.utf8)
  unsafe _ = write(1, bytes, bytes.count)
}

func flat(_ text: String) -> String {
  String(text.map { $0 == "\n" || $0 == "\t" || $0 == "\r\n" ? " " : $0 })
}

let arguments = CommandLine.arguments
if arguments.count == 2, arguments[1] == "summary" {
  var tally = SuiteTally()
  while let line = readLine() { tally.add(line) }
  put(tally.text)
} else if arguments.count >= 6, arguments[1] == "file" {
  guard let page = readFile(arguments[2]), let text = readFile(arguments[3]) else { exit(2) }
  let name = arguments[5]
  var skips: [Int: String] = [:]
  for argument in arguments.dropFirst(6) {
    let parts = argument.split(separator: "=")
    if parts.count == 2, let ordinal = Int(parts[0]) { skips[ordinal] = String(parts[1]) }
  }
  let runner = SuiteRunner(
    folder: arguments[4], rules: ScopeRules(page), isSQLite: name.hasPrefix("sqlite"), skips: skips,
    started: { ordinal, line in
      // A statement may take 20 s of processor time, and two minutes in all.
      var limit = itimerval()
      limit.it_value.tv_sec = 20
      unsafe _ = setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
      alarm(120)
      put("begin\t\(ordinal)\t\(name)\t\(line)\n")
    },
    report: { result in
      put(
        "\(result.status.rawValue)\t\(name)\t\(result.line)\t\(result.reason)\t"
          + "\(flat(result.detail))\t\(flat(result.sql))\n")
    })
  do throws(LakeError) { try runner.run(text) } catch {
    put("failed\t\(name)\t0\terror\t\(error.message)\t\n")
  }
} else {
  put("usage: sqlsuite file RULES FILE FOLDER NAME [ORDINAL=REASON …] | sqlsuite summary\n")
  exit(2)
}
