import Glibc
import Lakehouse
import Reports

/// Where results go instead of the screen.
package final class Redirection {
  let output: any ByteOutput
  private let format: ResultFormat
  private let isExcel: Bool
  /// Whether it ends at a person: then tables keep their colours.
  let isForPeople: Bool

  init(
    _ output: any ByteOutput, format: ResultFormat, isExcel: Bool = false,
    isForPeople: Bool = false
  ) {
    self.output = output
    self.format = format
    self.isExcel = isExcel
    self.isForPeople = isForPeople
  }

  func sink(
    _ style: TableStyle, _ notes: @escaping (String) -> Void
  ) throws(LakeError) -> any ResultSink {
    if isExcel, format == .csv {
      return RowTextSink(output: output, dialect: .excelCSV, notes: notes)
    }
    if isForPeople { return StreamingTableSink(output: output, style: style, notes: notes) }
    return try format.sink(to: output, style: style, notes: notes)
  }

  /// Everything was written.
  func finish() throws(LakeError) { try output.finish() }
  func abandon() { output.abandon() }
  /// Whether the command that reads went away, which is its right.
  var isClosedByReader: Bool { (output as? PipeOutput)?.isClosedByReader ?? false }
}

/// The standard input of a command that the shell started.
@safe final class PipeOutput: ByteOutput {
  private var stream: OpaquePointer?
  private let output: DescriptorOutput

  var isClosedByReader: Bool { output.isClosedByReader }

  /// - Parameter command: For `/bin/sh`.
  init(_ command: String) throws(LakeError) {
    RawMode.lend()
    // Safe: the stream is closed exactly once, by `close`.
    guard let stream = unsafe popen(command, "we") else {
      RawMode.retake()
      throw LakeError(.storage, "could not start '\(command)': \(systemMessage(errno))")
    }
    unsafe self.stream = OpaquePointer(stream)
    output = DescriptorOutput(unsafe fileno(stream), name: "'\(command)'")
  }

  func write(_ bytes: [UInt8]) throws(LakeError) { try output.write(bytes) }
  func flush() throws(LakeError) { try output.flush() }

  func finish() throws(LakeError) {
    do throws(LakeError) { try output.flush() } catch {
      close()
      if !isClosedByReader { throw error }
    }
    close()
  }

  func abandon() {
    output.abandon()
    close()
  }

  /// Waits until the command has ended.
  private func close() {
    guard let open = unsafe stream else { return }
    unsafe stream = nil
    _ = unsafe pclose(UnsafeMutablePointer<FILE>(open))
    RawMode.retake()
  }

  deinit { close() }
}
