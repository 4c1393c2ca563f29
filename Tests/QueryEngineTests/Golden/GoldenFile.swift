import Glibc

/// Statements with their expected answers: a statement, `----`, the answer's lines, an empty line.
struct GoldenFile {
  struct Case: CustomStringConvertible, Sendable {
    var statement: String
    var expected: [String]
    var description: String { statement }
  }

  /// The cases of a file; lines that start with `--` and a space are comments.
  static func cases(_ text: String) -> [Case] {
    var cases: [Case] = []
    var statement: [Substring] = []
    var expected: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) + [Substring()] {
      if let lines = expected {
        if line.isEmpty {
          cases.append(Case(statement: statement.joined(separator: "\n"), expected: lines))
          (statement, expected) = ([], nil)
        } else {
          expected = lines + [String(line)]
        }
      } else if line == "----" {
        expected = []
      } else if !line.isEmpty, !line.hasPrefix("-- ") {
        statement.append(line)
      }
    }
    return cases
  }

  /// The file with every answer replaced by what `answer` gives.
  static func completed(_ text: String, _ answer: (String) -> [String]) -> String {
    var result: [Substring] = []
    var statement: [Substring] = []
    var isAnswer = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if isAnswer, !line.isEmpty { continue }
      isAnswer = line == "----"
      result.append(line)
      if isAnswer {
        result += answer(statement.joined(separator: "\n")).map { $0[...] }
        statement = []
      } else if !line.isEmpty, !line.hasPrefix("-- ") {
        statement.append(line)
      }
    }
    return result.joined(separator: "\n")
  }

  /// The examples of a page: each `sql` block that a block of text follows.
  static func examples(_ text: String) -> [Case] {
    var cases: [Case] = []
    var block: (language: Substring, lines: [Substring])?
    var statement: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("```") else {
        block?.lines.append(line)
        continue
      }
      guard let open = block else {
        block = (line.dropFirst(3), [])
        continue
      }
      if open.language == "sql" {
        statement = open.lines.joined(separator: "\n")
      } else if let asked = statement {
        cases.append(Case(statement: asked, expected: open.lines.map(String.init)))
        statement = nil
      }
      block = nil
    }
    return cases
  }
}

extension GoldenFile {
  /// The page with every example's answer replaced by what `answer` gives.
  static func completedPage(_ text: String, _ answer: (String) -> [String]) -> String {
    var result: [Substring] = []
    var block: (language: Substring, lines: [Substring])?
    var statement: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("```") else {
        if block == nil { result.append(line) } else { block?.lines.append(line) }
        continue
      }
      guard let open = block else {
        block = (line.dropFirst(3), [])
        result.append(line)
        continue
      }
      if open.language != "sql", let asked = statement {
        result += answer(asked).map { $0[...] }
        statement = nil
      } else {
        if open.language == "sql" { statement = open.lines.joined(separator: "\n") }
        result += open.lines
      }
      result.append(line)
      block = nil
    }
    return result.joined(separator: "\n")
  }
}

struct GoldenFault: Error { var message: String }

/// The text of a file of the repository.
func readText(_ path: String) throws -> String {
  guard let file = unsafe fopen(path, "r") else { throw GoldenFault(message: "no file \(path)") }
  defer { unsafe _ = fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

func writeText(_ text: String, to path: String) throws {
  guard let file = unsafe fopen(path, "w") else { throw GoldenFault(message: "no file \(path)") }
  defer { unsafe _ = fclose(file) }
  let bytes = Array(text.utf8)
  unsafe _ = fwrite(bytes, 1, bytes.count, file)
}
