import Columnar

/// JSON objects as typed batches.
final class JSONSource: RecordSource {
  let schema: Schema
  var bytesRead: Int { input.bytesRead }
  private let input: ByteInput
  private var cutter: JSONCutter
  private let parser: BlockParser

  init(
    _ input: ByteInput, window: TextWindow, contract: Contract, options: ReadOptions,
    isInferred: Bool = false
  ) throws(IngestError) {
    self.input = input
    schema = contract.schema
    let keys = JSONKeys(schema.names + (contract.receivedColumns ?? []))
    cutter = try JSONCutter(
      input, window: window, keys: keys, collectsKeys: false,
      recordBytesMax: options.recordBytesMax)
    let byName = keys.names.map(ColumnMatch.key)
    parser = try BlockParser(
      contract,
      positions: schema.names.map { byName.firstIndex(of: ColumnMatch.key($0)) },
      names: keys.names, options, file: input.name, takesAnyJSON: isInferred)
  }

  var warnings: [String] {
    cutter.keys.unknown.map { "member '\($0)' of the file is not in the table and was ignored" }
  }

  func next() throws(IngestError) -> RecordBatch? {
    guard let (block, faults) = try cutter.next() else { return nil }
    return try parser.parse(block, faults: faults)
  }
}
