import FileStorage
import LakeCatalog

/// What-if branches: lakes under `branches/<name>/` that share data files with the lake by hard links.
///
/// A branch starts as the lake was at a snapshot, history and tags included, and goes its own way. The
/// lake's log knows which branches there are, by settings `branch.<name>` that hold the snapshot.
struct Branches {
  let lake: Lake

  static func root(of name: String, in root: String) -> String {
    joinPath(joinPath(root, "branches"), name)
  }

  static func setting(_ name: String) -> String { "branch." + name }

  /// The setting inside a branch that says which branch it is.
  static let identity = "branch-of"

  /// By name.
  func names() throws(CatalogError) -> [String] {
    try lake.catalog.settings(prefix: "branch.").map { String($0.name.dropFirst("branch.".count)) }
  }
}
