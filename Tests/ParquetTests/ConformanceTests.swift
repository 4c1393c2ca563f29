import Parquet
import Testing

/// Files of other writers, read value by value as their expected values say.
///
/// A hash covers the names and every value of a file (`ValueDump`); each was taken after all values had
/// been compared with another reader's.
@Suite struct ConformanceTests {
  private static let folder = TestFiles.conformance + "/data/"

  private func bytes(_ name: String) -> [UInt8]? {
    let bytes = TestFiles.bytes(ConformanceTests.folder + name)
    if bytes == nil { print("skipped: \(ConformanceTests.folder) is missing") }
    return bytes
  }

  @Test(arguments: ConformanceTests.hashes.map(\.key).sorted())
  func `foreign files read exactly`(name: String) throws {
    guard let bytes = bytes(name) else { return }
    let lines = try ValueDump.lines(of: bytes, path: name)
    #expect(ValueDump.hash(lines) == ConformanceTests.hashes[name])
    // The same values come out however small the batches are.
    #expect(try ValueDump.lines(of: bytes, path: name, batchRows: 7) == lines)
  }

  @Test(arguments: ConformanceTests.refusals.map(\.key).sorted())
  func `what cannot be read is refused by name`(name: String) throws {
    guard let bytes = bytes(name) else { return }
    let error = #expect(throws: ParquetError.self) {
      try ValueDump.lines(of: bytes, path: name)
    }
    #expect(error?.path == name)
    let expected = try #require(ConformanceTests.refusals[name])
    #expect("\(error.map(\.description) ?? "")".contains(expected))
  }

  @Test func `damaged files are refused`() {
    let folder = TestFiles.conformance + "/bad_data/"
    let names = TestFiles.names(in: folder, suffix: ".parquet")
    if names.isEmpty { print("skipped: \(folder) is missing") }
    // This one is valid by the format: a dictionary of one value needs indices of no bits.
    for name in names where name != "ARROW-GH-43605.parquet" {
      #expect(throws: ParquetError.self, "\(name)") {
        try ValueDump.lines(of: TestFiles.bytes(folder + name) ?? [], path: name)
      }
    }
  }

  private static let refusals: [String: String] = [
    "datapage_v1-corrupt-checksum.parquet": "checksum",
    "encrypt_columns_and_footer.parquet.encrypted": "encrypted footer",
    "encrypt_columns_and_footer_aad.parquet.encrypted": "encrypted footer",
    "encrypt_columns_and_footer_bloom_filter.parquet.encrypted": "encrypted footer",
    "encrypt_columns_and_footer_ctr.parquet.encrypted": "encrypted footer",
    "encrypt_columns_and_footer_disable_aad_storage.parquet.encrypted": "encrypted footer",
    "encrypt_columns_plaintext_footer.parquet.encrypted": "type TIME",
    "external_key_material_java.parquet.encrypted": "encrypted footer",
    "int96_from_spark.parquet": "out of range",
    "large_string_map.brotli.parquet": "brotli",
    "rle-dict-uncompressed-corrupt-checksum.parquet": "checksum",
    "uniform_encryption.parquet.encrypted": "encrypted footer",
  ]

  private static let hashes: [String: UInt64] = [
    "alltypes_dictionary.parquet": 0x5719a65373676317,
    "alltypes_plain.parquet": 0x487079582977469,
    "alltypes_plain.snappy.parquet": 0x934631057dd863a1,
    "alltypes_tiny_pages.parquet": 0x948fbcfd5a2704de,
    "alltypes_tiny_pages_plain.parquet": 0x948fbcfd5a2704de,
    "binary.parquet": 0xcaa6e58ed4253449,
    "binary_truncated_min_max.parquet": 0xba18e25d6b0e1834,
    "byte_array_decimal.parquet": 0x91cc19c4b368a46c,
    "byte_stream_split.zstd.parquet": 0xf09a419d5243d288,
    "byte_stream_split_extended.gzip.parquet": 0x7e6fef3c4d7aaf1,
    "column_chunk_key_value_metadata.parquet": 0xf03a5e1ec9175fcc,
    "concatenated_gzip_members.parquet": 0xf93eb074c2ef1409,
    "data_index_bloom_encoding_stats.parquet": 0xd9a6f9f6902c21dd,
    "data_index_bloom_encoding_with_length.parquet": 0xd9a6f9f6902c21dd,
    "datapage_v1-snappy-compressed-checksum.parquet": 0x384775728e4a51a4,
    "datapage_v1-uncompressed-checksum.parquet": 0x384775728e4a51a4,
    "datapage_v2.snappy.parquet": 0xe5844f6684f3d33a,
    "datapage_v2_empty_datapage.snappy.parquet": 0xfbcb4562f0ac6fa5,
    "delta_binary_packed.parquet": 0x915f241b2174eb0,
    "delta_byte_array.parquet": 0xc29b73a1016944da,
    "delta_encoding_optional_column.parquet": 0x98869558e864d98e,
    "delta_encoding_required_column.parquet": 0x38757033a18f69d4,
    "delta_length_byte_array.parquet": 0xb0d4dfb7f65694ae,
    "dict-page-offset-zero.parquet": 0x8fd7da0aa7798c75,
    "fixed_length_byte_array.parquet": 0xf543190ffb098c1a,
    "fixed_length_decimal.parquet": 0x91cc19c4b368a46c,
    "fixed_length_decimal_legacy.parquet": 0x91cc19c4b368a46c,
    "float16_nonzeros_and_nans.parquet": 0xb528f7868f14e960,
    "float16_zeros_and_nans.parquet": 0xe4d0740e9a9308a2,
    "floating_orders_nan_count.parquet": 0x6fc693ffb4c093a6,
    "hadoop_lz4_compressed.parquet": 0x10f296da6d31af2f,
    "hadoop_lz4_compressed_larger.parquet": 0x17dbc20882cb267,
    "incorrect_map_schema.parquet": 0xa58251f7968fc667,
    "int32_decimal.parquet": 0x91cc19c4b368a46c,
    "int32_with_null_pages.parquet": 0x8024a04472bbedc1,
    "int64_decimal.parquet": 0x91cc19c4b368a46c,
    "list_columns.parquet": 0x4e8cd964ac0390d0,
    "lz4_raw_compressed.parquet": 0x10f296da6d31af2f,
    "lz4_raw_compressed_larger.parquet": 0x17dbc20882cb267,
    "map_no_value.parquet": 0x61f63925f77e796,
    "nan_in_stats.parquet": 0x9ffd827342b98737,
    "nation.dict-malformed.parquet": 0x160fdb8590a7de54,
    "nested_lists.snappy.parquet": 0x28606646123f675d,
    "nested_maps.snappy.parquet": 0x6957e3a755b6dc67,
    "nested_structs.rust.parquet": 0xdb5afefbd7883006,
    "non_hadoop_lz4_compressed.parquet": 0x10f296da6d31af2f,
    "nonnullable.impala.parquet": 0x7aa7e79050602ac4,
    "null_list.parquet": 0x2fceed66090b6d6a,
    "nullable.impala.parquet": 0xd4c419a7b0399e36,
    "nulls.snappy.parquet": 0x6a32d8232bbc29cb,
    "old_list_structure.parquet": 0x57d5ecccccb4d55e,
    "overflow_i16_page_cnt.parquet": 0x6abbfde3ff586797,
    "page_v2_empty_compressed.parquet": 0x7ce4b5275f294b4c,
    "plain-dict-uncompressed-checksum.parquet": 0xd12153c1d4a51d4,
    "repeated_no_annotation.parquet": 0x3135445d4dac12f3,
    "repeated_primitive_no_list.parquet": 0x1dd62fb370dff1c7,
    "rle-dict-snappy-checksum.parquet": 0xf0f96b75a3e624c4,
    "rle_boolean_encoding.parquet": 0x4c6b717d98944548,
    "single_nan.parquet": 0x6934a58d827cfc5c,
    "sort_columns.parquet": 0xfc2e4c20ba5054ea,
    "unknown-logical-type.parquet": 0xe8a90d370aef0fd4,
  ]
}
