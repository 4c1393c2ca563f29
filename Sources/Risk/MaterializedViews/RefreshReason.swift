/// Why a view, or one business date of it, has to be rebuilt.
package enum RefreshReason: Sendable, Hashable {
  /// It has never been built.
  case new
  /// A nil version: the table was not read before.
  case inputChanged(table: String, from: Int64?, to: Int64)
  /// A view below is rebuilt by the same refresh.
  case upstream(String)
  /// A file or other thing without versions, of which nobody can say whether it changed.
  case unversioned(String)
  case definitionChanged
  /// A plain view, measure or hierarchy that its query uses is another, new or gone.
  case useChanged(String)
  case methodChanged(calculator: String, from: Int?, to: Int)
  /// The view's own rows were changed by something else than its runs.
  case missing
  /// An adjustment by hand was approved, or its approval taken back.
  case adjusted(Int, String)
  case forced
  /// Somebody asked for it, with this reason.
  case restated(String)
  /// Its query cannot be bound, for this reason.
  case unbound(String)
  /// An earlier refresh was asked for other dates only.
  case pending(String)
}

extension RefreshReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .new: "new"
    case .inputChanged(let table, let from?, let to): "\(table) v\(from) → v\(to)"
    case .inputChanged(let table, nil, let to): "\(table) v\(to) was not read before"
    case .upstream(let view): "\(view) is rebuilt"
    case .unversioned(let name): "\(name) has no versions"
    case .definitionChanged: "definition changed"
    case .useChanged(let name): "definition of \(name) changed"
    case .methodChanged(let name, let from?, let to): "method of \(name) changed: \(from) → \(to)"
    case .methodChanged(let name, nil, let to): "method of \(name) is new: \(to)"
    case .missing: "rows are missing or changed by others"
    case .adjusted(let number, let reason): "adjustment \(number): \(reason)"
    case .forced: "forced"
    case .restated(let reason): "restated: \(reason)"
    case .unbound(let fault): "its query cannot be bound: \(fault)"
    case .pending(let reason): reason
    }
  }
}
