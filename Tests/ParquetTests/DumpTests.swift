import Glibc
import Parquet
import Testing

@Suite struct DumpTests {
  @Test func dump() throws {
    guard let target = unsafe getenv("PARQUET_DUMP") else { return }
    let out = unsafe String(cString: target)
    let folder = unsafe getenv("PARQUET_DUMP_FROM").map { unsafe String(cString: $0) } ?? TestFiles.conformance + "/data"
    for suffix in ["parquet", "encrypted"] {
    for name in TestFiles.names(in: folder, suffix: suffix) {
      guard let bytes = TestFiles.bytes(folder + "/" + name) else { continue }
      print("FILE", name)
      var text: String
      do throws(ParquetError) {
        let lines = try ValueDump.lines(of: bytes, path: name)
        text = "HASH \(String(ValueDump.hash(lines), radix: 16))\n" + lines.joined(separator: "\n") + "\n"
        let small = try ValueDump.lines(of: bytes, path: name, batchRows: 7)
        if small != lines { text = "DIFFERENT BATCHES" }
      } catch { text = "ERROR \(error.reason) \(error)\n" }
      let file = unsafe fopen(out + "/" + name + ".txt", "w")
      unsafe fputs(text, file)
      unsafe fclose(file)
    }
    }
  }
}
