package import FileStorage
package import Lakehouse

/// The sample bank as files: definitions, landing files in stages, saved queries beside them.
package struct SampleLake: Sendable {
  /// Files that land together, and the tag that the lake gets afterwards.
  package struct Stage: Sendable, Equatable {
    package var number: Int
    /// Paths under the landing directory.
    package var files: [String]
    /// Nil for reference data, which comes before the first day.
    package var tag: String?
  }

  /// The directory with `contracts`, `views`, `landing` and `stages.csv`.
  package let directory: String
  /// The directory of the saved queries.
  package let queries: String
  package let stages: [Stage]

  /// Reads the stages of a directory.
  ///
  /// - Throws: `.usage` when it is no sample lake; `.data` when its stages make no sense.
  package init(directory: String, files: any FileStore) throws(LakeError) {
    self.directory = directory
    let parent = directory.hasPrefix("/") ? parentDirectory(of: directory) : directory + "/.."
    let beside = joinPath(directory, "queries")
    queries =
      ((try? files.status(beside)) ?? nil) != nil ? beside : joinPath(parent, "queries")
    let path = joinPath(directory, "stages.csv")
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(path)
    } catch {
      throw LakeError(
        .usage, "there are no sample definitions in '\(directory)': no file 'stages.csv'",
        help: "run it where the sample lake is, or say --source DIR")
    }
    stages = try SampleLake.stages(String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// The landing file of a stage as a path to open.
  package func path(of file: String) -> String {
    joinPath(joinPath(directory, "landing"), file)
  }

  package static func stages(_ text: String, path: String) throws(LakeError) -> [Stage] {
    var files: [Int: [String]] = [:]
    let lines = text.split(whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated().dropFirst() {
      let parts = line.split(separator: ",", maxSplits: 1)
      guard parts.count == 2, let number = Int(parts[0]), number >= 0 else {
        throw LakeError(
          .data, "expected a stage and a file in \(path), line \(index + 1), found '\(line)'")
      }
      files[number, default: []].append(String(parts[1]))
    }
    guard !files.isEmpty else { throw LakeError(.data, "there are no stages in \(path)") }
    return files.keys.sorted().map { number in
      Stage(number: number, files: files[number] ?? [], tag: tag(number, files[number] ?? []))
    }
  }

  /// `eod-` and the latest day of arrival; `restated-` and the business date of late bookings.
  private static func tag(_ number: Int, _ files: [String]) -> String? {
    guard number > 0 else { return nil }
    for file in files {
      let name = lastComponent(of: file)
      let prefix = "late-bookings-"
      if name.hasPrefix(prefix) { return "restated-" + name.dropFirst(prefix.count).prefix(10) }
    }
    let days = files.compactMap { file -> String? in
      let parts = file.split(separator: "/")
      return parts.count >= 5 ? parts[2..<5].joined(separator: "-") : nil
    }
    return days.max().map { "eod-" + $0 }
  }
}
