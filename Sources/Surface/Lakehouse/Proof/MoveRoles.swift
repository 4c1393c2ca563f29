import Columnar
import LakeCatalog
import QueryEngine
import QueryLanguage

/// Which inputs of a view are positions, market data and parameters.
///
/// Where the statement does not say: a table with a business date whose KEY has a column `id` or
/// `…_id` holds positions, another with a business date market data, one without parameters.
struct MoveRoles {
  /// In which inputs are switched.
  static let order: [ExplainMove.Role] = [.positions, .market, .parameters]

  static func name(_ role: ExplainMove.Role) -> String {
    switch role {
    case .positions: "positions"
    case .market: "market data"
    case .parameters: "parameters"
    }
  }

  private let states: [(state: TableState, role: ExplainMove.Role)]

  init(_ move: ExplainMove, _ states: [TableState]) throws(QueryError) {
    var declared: [String: ExplainMove.Role] = [:]
    for role in move.roles {
      for table in role.tables {
        let found = states.filter { state in
          table.name.matches(state.definition.name)
            && (table.parts.count == 1 || table.parts[0].matches(state.definition.schema))
        }
        guard let one = found.first else {
          let names = states.map(\.name)
          throw QueryError(
            .name, "the view does not read \(table.dotted)",
            help: Suggestion.nearest(to: table.dotted, among: names).map { "did you mean \($0)?" }
              ?? "it reads \(names.joined(separator: ", "))", at: table.range)
        }
        guard declared.updateValue(role.role, forKey: one.name) == nil else {
          throw QueryError(.name, "\(one.name) has two roles", help: "keep one", at: table.range)
        }
      }
    }
    self.states = states.map { ($0, declared[$0.name] ?? MoveRoles.guess($0)) }
  }

  private static func guess(_ state: TableState) -> ExplainMove.Role {
    guard state.definition.businessDate != nil else { return .parameters }
    let isPosition = state.definition.key.contains {
      let name = $0.lowercased()
      return name == "id" || name.hasSuffix("_id")
    }
    return isPosition ? .positions : .market
  }

  func tables(of role: ExplainMove.Role) -> [TableState] {
    states.filter { $0.role == role }.map(\.state)
  }
}
