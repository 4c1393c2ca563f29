import Columnar
import QueryEngine

extension DescribedCalculator {
  /// The columns that each table argument is to give, by parameter.
  ///
  /// - Throws: `.name` for a missing column, `.type` for one of another type.
  func boundColumns(_ arguments: TableFunctionArguments) throws(QueryError) -> [String: [Int]] {
    var columns: [String: [Int]] = [:]
    for (parameter, requirements) in inputs {
      let schema = arguments.tables[parameter] ?? Schema([])
      columns[parameter] = try requirements.bind(to: schema, of: parameter, calculator: name)
    }
    return columns
  }

  /// One of the cases that a scalar parameter spells; without a value the one given here.
  ///
  /// - Throws: `.type` listing the cases.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ parameter: String, of arguments: TableFunctionArguments, default: Choice
  ) throws(QueryError) -> Choice {
    guard case .string(let text)? = arguments.scalars[parameter] else { return `default` }
    guard let choice = Choice(rawValue: text.lowercased()) else {
      var names = Choice.allCases.map(\.rawValue)
      if parameter == "output", outputs.contains(where: { $0.name == InputQuality.name }) {
        names.append(InputQuality.name)
      }
      let known = names.map { "'\($0)'" }.joined(separator: ", ")
      throw QueryError(.type, "\(name): \(parameter) is '\(text)', expected one of \(known)")
    }
    return choice
  }
}
