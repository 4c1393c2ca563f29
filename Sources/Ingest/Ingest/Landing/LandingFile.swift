package import Columnar
package import FileStorage

/// A file that has arrived: `landing/<feed>/<region>/YYYY/MM/DD/<name>`.
package struct LandingFile: Sendable, Hashable {
  package var feed: String
  package var region: String
  /// The day of arrival; the business date is a column of the file, or this when it has none.
  package var arrivalDate: CalendarDate
  /// What stands below the day: a name, perhaps with directories before it.
  package var name: String
  /// Where the file is.
  package var path: String

  /// `feed/region/YYYY/MM/DD/name`: how a file is named in records, whatever directory the lake is
  /// in.
  package var relativePath: String {
    let day = arrivalDate.description.replacingDashes()
    return "\(feed)/\(region)/\(day)/\(name)"
  }

  /// Reads the last `landing` of the path and what follows; nil when the path is laid out
  /// otherwise.
  package static func parse(_ path: String) -> LandingFile? {
    let parts = path.split(separator: "/").map(String.init)
    guard let landing = parts.lastIndex(of: "landing") else { return nil }
    return parse(parts[(landing + 1)...], path: path)
  }

  /// The same for a path below the landing directory.
  package static func parse(relative path: String, in directory: String) -> LandingFile? {
    let parts = path.split(separator: "/").map(String.init)
    return parse(parts[...], path: joinPath(directory, path))
  }

  private static func parse(_ parts: ArraySlice<String>, path: String) -> LandingFile? {
    guard parts.count >= 6 else { return nil }
    let first = parts.startIndex
    let day = parts[(first + 2)..<(first + 5)].joined(separator: "-")
    guard let date = CalendarDate(day) else { return nil }
    return LandingFile(
      feed: parts[first], region: parts[first + 1], arrivalDate: date,
      name: parts[(first + 5)...].joined(separator: "/"), path: path)
  }

  /// The SHA-256 of the file as it is on the disk, by which a file that was loaded is known again.
  package func digest(in store: any FileStore) throws(IngestError) -> FileDigest {
    do throws(FileError) {
      return try SHA256.digest(of: store.open(path))
    } catch { throw IngestError(error) }
  }
}

extension String {
  fileprivate func replacingDashes() -> String { String(map { $0 == "-" ? "/" : $0 }) }
}
