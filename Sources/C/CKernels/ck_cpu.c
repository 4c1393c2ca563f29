// Tells the owner of an older processor what is wrong, before the first instruction it does not know.
//
// scripts/build compiles everything for x86-64-v3; this one function must run on any x86-64, so it
// asks for nothing beyond that. A build without these flags has nothing to check.

#if defined(__x86_64__) && defined(__AVX2__)

#include <unistd.h>

__attribute__((target("no-avx,no-avx2,no-bmi,no-bmi2,no-fma,no-f16c,no-lzcnt,no-movbe"), noinline))
__attribute__((constructor(101))) static void ck_check_processor(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")
      && __builtin_cpu_supports("fma")) {
    return;
  }
  static const char message[] =
      "error: this build of tarn needs a processor with AVX2 (x86-64-v3, made since 2013)\n"
      "help: build it on this machine with `swift build -c release`\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(1);
}

#endif
