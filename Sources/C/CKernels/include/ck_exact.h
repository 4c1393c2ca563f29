#pragma once
// Exact sums of doubles in a small window.
//
// A state holds the sum as a 192-bit two's complement integer in units of 2^(base - 1075). A double
// whose biased exponent lies in base ... base + 100 is added exactly: its 53-bit mantissa is shifted
// by at most 100 bits, which leaves room for 2^38 additions. Anything else (zeros, subnormals, values
// outside the window, infinities, NaN) is left to the caller: the functions stop there and say where.
// Integer arithmetic only, so the result is the same on every machine and in every order.
#include <math.h>
#include <stdint.h>
#include <string.h>

#pragma clang assume_nonnull begin

typedef struct {
  uint64_t limb0, limb1, limb2;
  // 0 while nothing has been added; else the biased exponent of the unit, 1 ... 1946.
  uint16_t base;
  // 1: a NaN was added; 2: +infinity; 4: -infinity.
  uint16_t specials;
  // 0, or 1 + the position of the full accumulator that takes what the window cannot.
  int32_t spill;
} ck_exact;

// 1 when x was added, 0 when the caller must deal with it.
static inline __attribute__((always_inline)) int ck_exact_add(ck_exact *state, double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  uint32_t shift = (uint32_t)((bits >> 52) & 2047) - state->base;
  if (__builtin_expect(shift > 100 || state->base == 0, 0)) return 0;
  uint64_t mantissa = (bits & 0xfffffffffffffull) | (1ull << 52);
  uint64_t sign = (uint64_t)((int64_t)bits >> 63);
  unsigned __int128 wide = (unsigned __int128)mantissa << (shift & 63);
  wide = (wide ^ (((unsigned __int128)sign << 64) | sign)) - (((unsigned __int128)sign << 64) | sign);
  unsigned long long carry = 0;
  uint64_t low = (uint64_t)wide, high = (uint64_t)(wide >> 64);
  if (shift < 64) {
    state->limb0 = __builtin_addcll(state->limb0, low, 0, &carry);
    state->limb1 = __builtin_addcll(state->limb1, high, carry, &carry);
    state->limb2 = state->limb2 + sign + carry;
  } else {
    state->limb1 = __builtin_addcll(state->limb1, low, 0, &carry);
    state->limb2 = state->limb2 + high + carry;
  }
  return 1;
}

// Adds at most CK_EXACT_BLOCK doubles at once: about 0.7 ns each. Gives 0, and leaves the state as it
// was, when one of them that is not zero lies outside the window.
#define CK_EXACT_BLOCK 2048
int ck_exact_add_block(ck_exact *state, const double *x, int64_t count);

// Adds x[from ..< count]; gives the position of the first value it could not add, or count. Zeros
// are passed over.
static inline int64_t ck_exact_add_all(
    ck_exact *state, const double *x, int64_t from, int64_t count) {
  int64_t i = from;
  while (i < count) {
    int64_t end = count - i < CK_EXACT_BLOCK ? count : i + CK_EXACT_BLOCK;
    if (state->base != 0 && end - i >= 256 && ck_exact_add_block(state, x + i, end - i)) {
      i = end;
      continue;
    }
    ck_exact local = *state;
    for (; i < end; i++)
      if (!ck_exact_add(&local, x[i]) && x[i] != 0) break;
    *state = local;
    if (i < end) return i;
  }
  return i;
}

// Adds x[i] to the state of its group, as above.
static inline int64_t ck_exact_add_groups(
    ck_exact *states, const int32_t *groups, const double *x, int64_t from, int64_t count) {
  int64_t i = from;
  for (; i < count; i++)
    if (!ck_exact_add(&states[groups[i]], x[i]) && x[i] != 0) break;
  return i;
}

// The rounding error of the product a * b, itself rounded to `product`; exact while neither
// overflows and |a * b| is above 2^-960.
static inline double ck_product_error(double a, double b, double product) {
  return fma(a, b, -product);
}

#pragma clang assume_nonnull end
