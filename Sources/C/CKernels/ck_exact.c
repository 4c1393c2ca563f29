#include "ck_exact.h"

enum { window = 101, negative = 128, discard = 255, slots = 256 };

// Adds a signed number of at most 65 bits, shifted left by up to 100, to the state.
static void add_shifted(ck_exact *state, __int128 term, unsigned shift) {
  __int128 wide = term * ((__int128)1 << (shift & 63));
  uint64_t low = (uint64_t)wide, high = (uint64_t)(wide >> 64);
  unsigned long long carry = 0;
  if (shift < 64) {
    state->limb0 = __builtin_addcll(state->limb0, low, 0, &carry);
    state->limb1 = __builtin_addcll(state->limb1, high, carry, &carry);
    state->limb2 = state->limb2 + (uint64_t)(wide < 0 ? -1 : 0) + carry;
  } else {
    state->limb1 = __builtin_addcll(state->limb1, low, 0, &carry);
    state->limb2 = state->limb2 + high + carry;
  }
}

// Mantissas are summed by sign and exponent, in two tables so that equal exponents in a row do not
// wait for each other; 2,048 mantissas of 53 bits fit 64.
int ck_exact_add_block(ck_exact *state, const double *x, int64_t count) {
  uint64_t sums[2][slots] = {{0}};
  uint64_t outside = 0;
  const uint64_t base = state->base;
  for (int64_t i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, &x[i], 8);
    uint64_t offset = ((bits >> 52) & 2047) - base;
    uint64_t is_inside = offset < window;
    outside |= (is_inside ^ 1) & (uint64_t)((bits << 1) != 0);
    uint64_t slot = is_inside ? offset + (bits >> 63) * negative : discard;
    sums[i & 1][slot] += (bits & 0xfffffffffffffull) | (1ull << 52);
  }
  if (outside) return 0;
  for (unsigned offset = 0; offset < window; offset++) {
    uint64_t plus = sums[0][offset] + sums[1][offset];
    uint64_t minus = sums[0][offset + negative] + sums[1][offset + negative];
    if (plus | minus) add_shifted(state, (__int128)plus - (__int128)minus, offset);
  }
  return 1;
}
