import FileStorage
import Glibc

enum Paths {
  /// The absolute path without links or dots; what does not exist yet keeps its name.
  static func resolved(_ path: String) -> String {
    // Safe: realpath gives a terminated string of its own, freed here.
    if let found = unsafe realpath(path, nil) {
      defer { unsafe free(found) }
      return unsafe String(cString: found)
    }
    let parent = parentDirectory(of: path)
    if parent == path { return path }
    return joinPath(resolved(parent), lastComponent(of: path))
  }
}
