import Glibc
import Lakehouse
import Reports

/// The user's own editor on a text.
enum ExternalEditor {
  /// The text as it was left in the editor.
  static func edit(_ text: String, _ console: Console) throws(LakeError) -> String {
    let directory = console.environment("TMPDIR") ?? "/tmp"
    var template = Array((directory + "/tarn-XXXXXX.sql").utf8CString)
    // Safe: the template ends with a zero, and its last four characters are no part of the pattern.
    let descriptor = unsafe mkstemps(&template, 4)
    guard descriptor >= 0 else {
      throw LakeError(.storage, "could not make a file in \(directory): \(systemMessage(errno))")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unsafe unlink(path) }
    writeAll(Array(text.utf8), to: descriptor)
    close(descriptor)
    try open(path, console)
    return try StatementFile.read(path, files: console.files).trimmedBlanks
  }

  /// Waits until the editor has ended.
  static func open(_ path: String, _ console: Console) throws(LakeError) {
    let editor =
      [console.environment("VISUAL"), console.environment("EDITOR"), "vi"]
      .compactMap { $0 }.first { !$0.isEmpty } ?? "vi"
    let quoted =
      "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
    RawMode.lend()
    defer { RawMode.retake() }
    let status = unsafe system("\(editor) \(quoted)")
    guard status == 0 else {
      throw LakeError(
        .usage, "the editor '\(editor)' did not end well",
        help: "set EDITOR to one that is there, for example: export EDITOR=nano")
    }
  }
}
