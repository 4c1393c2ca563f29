import FileStorage
import Lakehouse
import SQLLogic
import TestSupport
import Testing

@Suite("sqllogictest files")
struct CorpusTests {
  static let folder = String(#filePath.dropLast("CorpusTests.swift".count))

  static func text(_ path: String) throws -> String {
    String(decoding: try LocalFileStore().read(path), as: UTF8.self)
  }

  static var files: [String] {
    ((try? LocalFileStore().list(folder + "Corpus")) ?? []).map(\.name)
      .filter { $0.hasSuffix(".slt") }.sorted()
  }

  @Test("every record of our own corpus holds, and none is skipped", arguments: files)
  func corpus(file: String) throws {
    let directory = TemporaryDirectory()
    var count = 0
    let runner = SuiteRunner(
      folder: directory.path, rules: ScopeRules(""), isSQLite: file.hasPrefix("sqlite")
    ) { result in
      count += 1
      #expect(
        result.status == .passed,
        "\(file):\(result.line) \(result.reason) \(result.detail)\n\(result.sql)")
    }
    try runner.run(CorpusTests.text(CorpusTests.folder + "Corpus/" + file))
    #expect(count > 0)
  }
}
