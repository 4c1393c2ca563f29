#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Runs the CRC-32 of gzip over as many leading bytes as carry-less multiplication can fold.
///
/// `state` is the inverted checksum so far (all ones at the start) and is updated. Returns the number
/// of bytes taken: a multiple of 16, 0 when there are under 64 or the CPU lacks the instruction; the
/// caller goes on with tables. About 0.07 ns a byte.
size_t ck_crc32_fold(uint32_t *state, const void *bytes, size_t count);

#pragma clang assume_nonnull end
