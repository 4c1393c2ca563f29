/// Which member of an object goes to which field: by name, ignoring ASCII case.
struct JSONKeys {
  /// Spellings that are remembered; a file that invents a name a record must not fill the memory.
  private static let spellingsMax = 10_000
  private static let unknownMax = 20

  /// As they were first met or asked for.
  private(set) var names: [String]
  /// Names that no field has, for the warnings; at most `unknownMax` of them.
  private(set) var unknown: [String] = []
  private var positions: [String: Int] = [:]
  /// By the spelling in the file; -1 for an unknown name.
  private var spellings: [String: Int] = [:]

  init(_ names: [String]) {
    self.names = []
    for name in names { add(name) }
  }

  mutating func add(_ name: String) {
    let key = ColumnMatch.key(name)
    if positions[key] != nil { return }
    positions[key] = names.count
    names.append(name)
    spellings[name] = nil
  }

  /// Nil when no field has the name.
  mutating func position(_ name: String) -> Int? {
    if let known = spellings[name] { return known < 0 ? nil : known }
    let position = positions[ColumnMatch.key(name)]
    if spellings.count < JSONKeys.spellingsMax { spellings[name] = position ?? -1 }
    if position == nil, unknown.count < JSONKeys.unknownMax, !unknown.contains(name) {
      unknown.append(name)
    }
    return position
  }
}
