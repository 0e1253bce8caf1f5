#ifndef CPLATFORM_H
#define CPLATFORM_H

/// 1 when the processor and the operating system can run x86-64-v3 code (AVX2, FMA, BMI2), else 0.
static inline int platform_supports_x86_64_v3(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v3") ? 1 : 0;
#else
  return 0;
#endif
}

/// 1 when the processor and the operating system can run x86-64-v4 code (AVX-512), else 0.
static inline int platform_supports_x86_64_v4(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v4") ? 1 : 0;
#else
  return 0;
#endif
}

/// Tells the processor that this is a spinning wait.
static inline void platform_spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
