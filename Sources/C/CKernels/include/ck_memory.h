#pragma once

// Keeps freed memory in the process instead of giving it back and faulting it in anew: a fresh page
// costs more than the work on it. Call once, before other threads start.
void ck_memory_keep(void);
