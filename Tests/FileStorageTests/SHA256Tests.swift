import FileStorage
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  /// FIPS 180-2, appendix B, and the empty message.
  @Test(
    "digests of the standard's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func examples(text: String, hex: String) throws {
    #expect(SHA256.digest(text).hex == hex)
    #expect(FileDigest(hex: hex.uppercased()) == SHA256.digest(text))
    var pieces = SHA256()
    for byte in text.utf8 { pieces.update([byte]) }
    #expect(pieces.finalize().hex == hex)
    #expect(FileDigest(bytes: SHA256.digest(text).bytes) == SHA256.digest(text))
  }

  @Test("a file of a million a's, in pieces (FIPS 180-2, B.3)")
  func files() throws {
    let store = MemoryFileStore()
    try store.plant([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), at: "/a")
    #expect(
      try SHA256.digest(of: store.open("/a")).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test(
    "text that is no digest is refused", arguments: ["", "ab", String(repeating: "g", count: 64)])
  func refusals(hex: String) { #expect(FileDigest(hex: hex) == nil) }
}
