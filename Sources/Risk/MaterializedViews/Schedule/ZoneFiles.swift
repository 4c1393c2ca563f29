package import FileStorage
package import QueryEngine
package import QueryLanguage

/// The time zone database of the operating system.
package enum ZoneFiles {
  package static let directory = "/usr/share/zoneinfo"

  /// The rules of a zone by its name, such as `Europe/London`; `UTC` needs no file.
  ///
  /// - Throws: `.name`, pointing at the literal, when there is no such zone; `.source` for a file that
  ///   cannot be read.
  package static func rules(
    _ name: TextLiteral, in store: any FileStore
  ) throws(QueryError) -> TimeZoneRules {
    let text = name.text
    if text.uppercased() == "UTC" { return .utc }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    // A name is letters, digits, `_`, `-` and `+` between slashes: no way out of the directory.
    let isName = parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || [43, 45, 95].contains(byte)
        }
    }
    let path = joinPath(directory, text)
    guard isName, let status = try? store.status(path), !status.isDirectory else {
      throw unknown(name, parts.map(String.init), store)
    }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try store.read(path) } catch {
      throw QueryError(
        .source, "could not read the time zone file \(path): \(error.reason)", at: name.range)
    }
    return try TimeZoneRules(name: text, file: bytes)
  }

  private static func unknown(
    _ name: TextLiteral, _ parts: [String], _ store: any FileStore
  ) -> QueryError {
    let region = parts.count == 2 && parts[0].allSatisfy(\.isLetter) ? parts[0] : nil
    let folder = region.map { joinPath(directory, $0) } ?? directory
    guard let entries = try? store.list(folder) else {
      let isInstalled = ((try? store.status(directory)) ?? nil) != nil
      return QueryError(
        .name, "there is no time zone '\(name.text)'",
        help: isInstalled
          ? "write the region and the city: 'Europe/London'"
          : "the system has no time zones in \(directory): install tzdata, or use 'UTC'",
        at: name.range)
    }
    let names = entries.map { entry in (region.map { $0 + "/" } ?? "") + entry.name }
    return QueryError(
      .name, "there is no time zone '\(name.text)'",
      help: Suggestion.nearest(to: name.text, among: names).map { "did you mean '\($0)'?" }
        ?? "write the region and the city: 'Europe/London'", at: name.range)
  }
}
