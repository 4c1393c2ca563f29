#include "ck_memory.h"

// Any header of the C library: they tell which library it is.
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void ck_memory_keep(void) {
  // 32 MiB is the largest threshold that glibc takes.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 4 << 20);
}
#else
void ck_memory_keep(void) {}
#endif
