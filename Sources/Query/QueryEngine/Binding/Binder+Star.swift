import Columnar
import QueryLanguage

// `*`, `t.*`, EXCLUDE and REPLACE in a select list.

extension Binder {
  /// The select list with every star replaced by the columns it means.
  func expanded(
    _ items: [SelectItem], over scope: Scope
  ) throws(QueryError) -> [SelectItem] {
    var result: [SelectItem] = []
    for item in items {
      guard case .star(let star) = item.expression.kind else {
        result.append(item)
        continue
      }
      result += try expanded(star, over: scope, at: item.expression.range)
    }
    return result
  }

  private func expanded(
    _ star: StarExpression, over scope: Scope, at range: SourceRange
  ) throws(QueryError) -> [SelectItem] {
    let positions = scope.expand(star.qualifier)
    if positions.isEmpty {
      let what = star.qualifier.map { "\($0.dotted).*" } ?? "*"
      throw QueryError(
        .name, "\(what) stands for no column",
        help: star.qualifier == nil ? "a SELECT without FROM has no columns" : nil, at: range)
    }
    for name in star.exclude + star.replace.map(\.name)
    where !positions.contains(where: { name.matches(scope.columns[$0].name) }) {
      let known = positions.map { scope.columns[$0].name }
      throw QueryError(
        .name, "there is no column \"\(name.text)\" to exclude or replace",
        help: Suggestion.nearest(to: name.text, among: known).map { "did you mean \"\($0)\"?" },
        at: name.range)
    }
    var result: [SelectItem] = []
    for position in positions {
      let column = scope.columns[position]
      if star.exclude.contains(where: { $0.matches(column.name) }) { continue }
      if let replacement = star.replace.first(where: { $0.name.matches(column.name) }) {
        result.append(
          SelectItem(
            replacement.expression, alias: Identifier(column.name, isQuoted: true, range: range)))
        continue
      }
      let name = scope.reference(to: position, at: range)
      result.append(
        SelectItem(
          Expression(.column(name), range: range),
          alias: name.name.text == column.name
            ? nil : Identifier(column.name, isQuoted: true, range: range)))
    }
    return result
  }
}
