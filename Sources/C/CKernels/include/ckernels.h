#pragma once
// Kernels in C, for SIMD instructions and floating-point contracts that Swift cannot name.
// One header per family; this umbrella includes them all.
#include "ck_exact.h"
#include "ck_crc32.h"

#include "ck_csv.h"
