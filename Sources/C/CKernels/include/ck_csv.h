#pragma once
// Where the fields and records of delimited text (RFC 4180) begin and end.
//
// A quote opens a quoted field only as its first byte; inside, two quotes stand for one. CR LF, LF
// and CR end a record. Lines without a byte are no records. A record whose quoting goes wrong
// (never closed, or text behind the closing quote) is given up after its first line, and scanning
// goes on behind that line, so that one bad quote does not swallow the file.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A field's text: bytes start & CK_FIELD_START ..< end, without the quotes around it.
typedef struct {
  uint32_t start;
  uint32_t end;
} ck_field;

/// The field stood in quotes.
#define CK_FIELD_QUOTED 0x80000000u
/// The text holds escapes (doubled quotes) that have to be resolved.
#define CK_FIELD_ESCAPED 0x40000000u
/// There is no such field.
#define CK_FIELD_ABSENT 0x20000000u
#define CK_FIELD_START 0x1FFFFFFFu

/// A record's bytes start ..< end, without its line end.
typedef struct {
  uint32_t start;
  uint32_t end;
  /// How many fields there are, those beyond the stride included; or one of the two below.
  uint32_t field_count;
  /// Line ends between the start of the scan and the record.
  uint32_t line;
} ck_record;

#define CK_RECORD_UNCLOSED 0xFFFFFFFFu
#define CK_RECORD_TEXT_AFTER_QUOTE 0xFFFFFFFEu

typedef struct {
  // In.
  uint8_t delimiter;
  uint8_t quote;
  bool has_quote;
  /// No bytes follow: the last record may lack its line end.
  bool is_last;
  /// Fields stored a record; missing ones are stored as absent.
  uint32_t stride;
  uint32_t record_capacity;
  // Out.
  uint32_t record_count;
  /// Where the next scan has to start: behind the last whole record.
  uint32_t consumed;
  /// Line ends before `consumed`.
  uint32_t lines;
  /// Whether a byte was met that is NUL or not ASCII.
  bool has_non_text;
} ck_csv_scan;

/// Finds the records in bytes start ..< end; field f of record r is fields[r * stride + f].
///
/// 64 bytes behind `end` must be readable; `end` is at most CK_FIELD_START. `fields` holds
/// record_capacity * stride, `records` record_capacity entries.
void ck_csv_scan_records(const uint8_t *bytes, uint32_t start, uint32_t end, ck_csv_scan *scan,
                         ck_field *fields, ck_record *records);

/// Why bytes are not text: 0 they are, 1 a NUL byte, 2 not UTF-8.
int ck_text_fault(const uint8_t *bytes, size_t count);

#pragma clang assume_nonnull end
