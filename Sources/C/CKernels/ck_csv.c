#include "ck_csv.h"

#include <string.h>

#if defined(__x86_64__)
#define CK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_CLONES
#endif

typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
typedef bool bits64 __attribute__((ext_vector_type(64)));

#define ALWAYS static inline __attribute__((always_inline))

/// One bit for each byte of a comparison's result.
#define MASK(comparison)                                       \
  ({                                                           \
    bits64 bits_ = __builtin_convertvector((comparison), bits64); \
    uint64_t mask_;                                            \
    memcpy(&mask_, &bits_, sizeof mask_);                      \
    mask_;                                                     \
  })

typedef struct {
  uint32_t record_start;
  uint32_t field_start;
  uint32_t field_count;
  uint32_t flags;       // of the field being read
  uint32_t content_end; // where the closing quote stands
  uint32_t lines;       // inside the record being read
  uint32_t ignore;      // bytes before this one are done with
  bool in_quotes;
  bool is_closed;
} state;

ALWAYS state begin_record(uint32_t position) {
  return (state){.record_start = position, .field_start = position, .ignore = position};
}

/// Stores the field that ends before `position`; false when text follows its closing quote.
ALWAYS bool end_field(state *s, uint32_t position, uint32_t stride, ck_field *row) {
  uint32_t start = s->field_start, end = position;
  if (s->is_closed) {
    if (position != s->content_end + 1) return false;
    start = start + 1;
    end = s->content_end;
  }
  if (s->field_count < stride) row[s->field_count] = (ck_field){start | s->flags, end};
  s->field_count++;
  s->field_start = position + 1;
  s->flags = 0;
  s->is_closed = false;
  return true;
}

/// Stores the record that ends before `position`, unless it is an empty line.
ALWAYS void end_record(const state *s, uint32_t position, ck_csv_scan *scan, ck_field *row,
                       ck_record *records) {
  if (s->field_count == 1 && position == s->record_start) return;
  for (uint32_t field = s->field_count; field < scan->stride; field++)
    row[field] = (ck_field){CK_FIELD_ABSENT, 0};
  records[scan->record_count++] =
      (ck_record){s->record_start, position, s->field_count, scan->lines};
}

/// Gives up the record at its first line; the result is the start of the next line.
static uint32_t give_up(const uint8_t *bytes, uint32_t end, const state *s, uint32_t why,
                        ck_csv_scan *scan, ck_field *row, ck_record *records) {
  uint32_t stop = s->record_start;
  while (stop < end && bytes[stop] != '\n' && bytes[stop] != '\r') stop++;
  for (uint32_t field = 0; field < scan->stride; field++)
    row[field] = (ck_field){CK_FIELD_ABSENT, 0};
  records[scan->record_count++] = (ck_record){s->record_start, stop, why, scan->lines};
  if (stop < end) {
    scan->lines++;
    stop += bytes[stop] == '\r' && stop + 1 < end && bytes[stop + 1] == '\n' ? 2 : 1;
  }
  return stop;
}

CK_CLONES
void ck_csv_scan_records(const uint8_t *bytes, uint32_t start, uint32_t end, ck_csv_scan *scan,
                         ck_field *fields, ck_record *records) {
  const uint8_t delimiter = scan->delimiter;
  // Without quoting, the quote is looked for under another name and never met.
  const uint8_t quote = scan->has_quote ? scan->quote : '\n';
  const uint32_t stride = scan->stride;
  scan->record_count = 0;
  scan->lines = 0;
  scan->has_non_text = false;
  scan->consumed = start;
  uint64_t non_text = 0;
  state s = begin_record(start);
  ck_field *row = fields;

restart:
  for (uint32_t base = s.ignore; base < end; base += 64) {
    bytes64 block;
    memcpy(&block, bytes + base, sizeof block);
    uint64_t marks =
        MASK((block == delimiter) | (block == quote) | (block == '\n') | (block == '\r'));
    uint64_t strange = MASK((block == 0) | (block >= 0x80));
    if (end - base < 64) {
      const uint64_t valid = (1ull << (end - base)) - 1;
      marks &= valid;
      strange &= valid;
    }
    non_text |= strange;
    for (; marks != 0; marks &= marks - 1) {
      const uint32_t position = base + (uint32_t)__builtin_ctzll(marks);
      if (position < s.ignore) continue;
      const uint8_t byte = bytes[position];
      const bool is_line_end = byte == '\n' || byte == '\r';
      if (s.in_quotes) {
        if (is_line_end) {
          if (byte == '\n' || position + 1 >= end || bytes[position + 1] != '\n') s.lines++;
        } else if (byte == quote) {
          if (position + 1 >= end && !scan->is_last) goto done;
          if (position + 1 < end && bytes[position + 1] == quote) {
            s.flags |= CK_FIELD_ESCAPED;
            s.ignore = position + 2;
          } else {
            s.in_quotes = false;
            s.is_closed = true;
            s.content_end = position;
          }
        }
        continue;
      }
      if (byte == delimiter) {
        if (!end_field(&s, position, stride, row)) goto text_after_quote;
        continue;
      }
      if (!is_line_end) {
        if (position == s.field_start) {
          s.in_quotes = true;
          s.flags = CK_FIELD_QUOTED;
        } else if (s.is_closed) {
          goto text_after_quote;
        }
        continue;
      }
      uint32_t next = position + 1;
      if (byte == '\r') {
        if (next >= end && !scan->is_last) goto done;
        if (next < end && bytes[next] == '\n') next++;
      }
      if (!end_field(&s, position, stride, row)) goto text_after_quote;
      end_record(&s, position, scan, row, records);
      scan->lines += s.lines + 1;
      scan->consumed = next;
      s = begin_record(next);
      row = fields + (size_t)scan->record_count * stride;
      if (scan->record_count == scan->record_capacity) goto done;
    }
  }
  if (!scan->is_last || s.record_start >= end) goto done;
  if (s.in_quotes) {
    s = begin_record(give_up(bytes, end, &s, CK_RECORD_UNCLOSED, scan, row, records));
    goto given_up;
  }
  if (!end_field(&s, end, stride, row)) goto text_after_quote;
  end_record(&s, end, scan, row, records);
  scan->lines += s.lines;
  scan->consumed = end;
  goto done;

text_after_quote:
  s = begin_record(give_up(bytes, end, &s, CK_RECORD_TEXT_AFTER_QUOTE, scan, row, records));
given_up:
  scan->consumed = s.record_start;
  row = fields + (size_t)scan->record_count * stride;
  if (scan->record_count < scan->record_capacity && s.record_start < end) goto restart;

done:
  scan->has_non_text = non_text != 0;
}

int ck_text_fault(const uint8_t *bytes, size_t count) {
  size_t i = 0;
  while (i < count) {
    if (i + 8 <= count) {
      uint64_t word;
      memcpy(&word, bytes + i, sizeof word);
      const uint64_t tops = 0x8080808080808080ull;
      if (((word | (word - 0x0101010101010101ull)) & tops) == 0) {
        i += 8;
        continue;
      }
    }
    const uint8_t lead = bytes[i];
    if (lead == 0) return 1;
    if (lead < 0x80) {
      i++;
      continue;
    }
    // The Unicode Standard, table 3-7: well-formed UTF-8 byte sequences.
    uint8_t low = 0x80, high = 0xBF;
    size_t length;
    if (lead >= 0xC2 && lead <= 0xDF) length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
    else return 2;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (count - i < length || bytes[i + 1] < low || bytes[i + 1] > high) return 2;
    for (size_t k = 2; k < length; k++)
      if ((bytes[i + k] & 0xC0) != 0x80) return 2;
    i += length;
  }
  return 0;
}
