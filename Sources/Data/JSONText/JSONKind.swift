/// What a JSON value starts out as, told by its first byte.
package enum JSONKind: String, Sendable, Hashable {
  case null
  case bool = "a boolean"
  case number = "a number"
  case string = "a string"
  case array = "an array"
  case object = "an object"
}
