// CRC-32 by folding (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction", Intel 2009), for the bit-reflected polynomial 0xEDB88320. The constants are x^n
// modulo the polynomial for the distances folded over: 512 and 128 bits ahead, then down to 32.
#include "ck_crc32.h"

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("sse4.1,pclmul"))) static inline __m128i fold(__m128i value, __m128i keys) {
  return _mm_xor_si128(_mm_clmulepi64_si128(value, keys, 0x00),
                       _mm_clmulepi64_si128(value, keys, 0x11));
}

__attribute__((target("sse4.1,pclmul"))) static uint32_t reduce(__m128i value) {
  const __m128i keys = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  const __m128i low32 = _mm_setr_epi32(~0, 0, ~0, 0);
  // 128 bits to 64.
  __m128i product = _mm_clmulepi64_si128(value, keys, 0x10);
  value = _mm_xor_si128(_mm_srli_si128(value, 8), product);
  product = _mm_clmulepi64_si128(_mm_and_si128(value, low32),
                                 _mm_set_epi64x(0, 0x0163cd6124), 0x00);
  value = _mm_xor_si128(_mm_srli_si128(value, 4), product);
  // Barrett reduction to 32.
  const __m128i barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
  product = _mm_clmulepi64_si128(_mm_and_si128(value, low32), barrett, 0x10);
  product = _mm_clmulepi64_si128(_mm_and_si128(product, low32), barrett, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(value, product), 1);
}

__attribute__((target("sse4.1,pclmul"))) static size_t folded(
    uint32_t *state, const uint8_t *bytes, size_t count) {
  const __m128i far = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  const __m128i near = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  const __m128i *next = (const __m128i *)bytes;
  __m128i lanes[4];
  for (int lane = 0; lane < 4; lane++) lanes[lane] = _mm_loadu_si128(next++);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128((int)*state));
  size_t left = count - 64;
  for (; left >= 64; left -= 64) {
    for (int lane = 0; lane < 4; lane++)
      lanes[lane] = _mm_xor_si128(fold(lanes[lane], far), _mm_loadu_si128(next++));
  }
  __m128i value = lanes[0];
  for (int lane = 1; lane < 4; lane++) value = _mm_xor_si128(fold(value, near), lanes[lane]);
  for (; left >= 16; left -= 16) value = _mm_xor_si128(fold(value, near), _mm_loadu_si128(next++));
  *state = reduce(value);
  return count - left;
}

size_t ck_crc32_fold(uint32_t *state, const void *bytes, size_t count) {
  if (count < 64 || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) return 0;
  return folded(state, bytes, count);
}
#else
size_t ck_crc32_fold(uint32_t *state, const void *bytes, size_t count) {
  (void)state, (void)bytes, (void)count;
  return 0;
}
#endif
