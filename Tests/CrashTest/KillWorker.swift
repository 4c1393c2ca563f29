import Columnar
import FileStorage
import Glibc
import Lakehouse
import TestSupport

/// A process that changes a lake until it is killed, and says on standard output what it got
/// acknowledged: the number of the change, one a line.
struct KillWorker {
  private let lake: String
  private let first: Int
  private var generator: SeededGenerator

  /// - Parameter arguments: The lake's directory, the first number to use, and the seed.
  init(_ arguments: [String]) {
    lake = arguments[0]
    first = Int(arguments[1]) ?? 0
    generator = SeededGenerator(seed: UInt64(arguments[2]) ?? 0)
  }

  func run() -> Never {
    var options = Session.Options(lakePath: lake)
    options.threads = 1
    let session = Session(options: options)
    var generator = generator
    var number = first
    say("ready")
    while true {
      do throws(LakeError) {
        try session.run(KillWorker.change(number, &generator), into: CollectingSink())
      } catch {
        print("failed \(number): \(error.message)")
        exit(3)
      }
      say("\(number)")
      number += 1
    }
  }

  /// Unbuffered: what is acknowledged is known even when the next instruction is the last.
  private func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    guard unsafe write(1, line, line.count) == line.count else { exit(0) }
  }

  /// Both tables get the number, or neither; other changes keep their rows or take both.
  private static func change(_ number: Int, _ generator: inout SeededGenerator) -> String {
    let both = """
      BEGIN; INSERT INTO s.a VALUES (\(number), 0); INSERT INTO s.b VALUES (\(number), 0); COMMIT
      """
    switch Int.random(in: 0..<12, using: &generator) {
    case 0:
      return both + "; UPDATE s.a SET x = x + 1 WHERE id % 7 = \(number % 7)"
    case 1:
      return """
        BEGIN; MERGE INTO s.a USING (SELECT \(number) AS id) n ON s.a.id = n.id
        WHEN MATCHED THEN UPDATE SET x = 1 WHEN NOT MATCHED THEN INSERT (id, x) VALUES (n.id, 1);
        INSERT INTO s.b VALUES (\(number), 1); COMMIT
        """
    case 2: return both + "; OPTIMIZE s.a"
    case 3: return both + "; OPTIMIZE s.b; VACUUM RETAIN 0 HOURS"
    case 4:
      return """
        BEGIN; DELETE FROM s.a WHERE id = -1; INSERT INTO s.a VALUES (\(number), 2);
        INSERT INTO s.b VALUES (\(number), 2); COMMIT
        """
    default: return both
    }
  }
}
