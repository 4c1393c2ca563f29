import Columnar
import LakeCatalog
import QueryLanguage
import Synchronization

/// The changes between BEGIN and COMMIT: read at one snapshot, visible to their own session.
final class Transaction: Sendable {
  /// The state of everything that the transaction has not changed.
  let snapshot: LakeSnapshot
  private let states = Mutex<[String: TableState]>([:])
  private let order = Mutex<[String]>([])
  private let newSchemas = Mutex<[String]>([])

  init(at snapshot: LakeSnapshot) { self.snapshot = snapshot }

  /// The table as this transaction left it; nil when it has not touched it.
  func state(named name: QualifiedName) -> TableState? {
    let matches = states.withLock { states in
      states.values.filter { state in
        name.name.matches(state.definition.name)
          && (name.parts.count == 1 || name.parts[0].matches(state.definition.schema))
      }
    }
    return matches.count == 1 ? matches[0] : nil
  }

  func put(_ state: TableState) {
    let isNew = states.withLock { $0.updateValue(state, forKey: state.name) } == nil
    if isNew { order.withLock { $0.append(state.name) } }
  }

  func add(schema: String) { newSchemas.withLock { $0.append(schema) } }

  var schemas: [String] { newSchemas.withLock { $0 } }

  /// Changed tables in the order of their first change.
  var changed: [TableState] {
    let names = order.withLock { $0 }
    return states.withLock { states in names.compactMap { states[$0] } }
  }
}
