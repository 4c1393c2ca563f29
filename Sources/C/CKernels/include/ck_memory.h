#pragma once

// Keeps freed memory in the process instead of giving it back and faulting it in anew: a fresh page
// costs more than the work on it. Call once, before other threads start.
void ck_memory_keep(void);

// Asks the processor for the cache line at an address, which need not be readable.
static inline __attribute__((always_inline)) void ck_prefetch(const void *_Nonnull address) {
  __builtin_prefetch(address);
}
