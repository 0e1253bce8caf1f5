#ifndef CPLATFORM_H
#define CPLATFORM_H

#include "ProcessLimits.h"

/// Returns 1 if the processor and the operating system can run x86-64-v3 code (AVX2, FMA, BMI2),
/// else 0.
static inline int platform_supports_x86_64_v3(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v3") ? 1 : 0;
#else
  return 0;
#endif
}

/// Returns 1 if the processor and the operating system can run x86-64-v4 code (AVX-512), else 0.
static inline int platform_supports_x86_64_v4(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v4") ? 1 : 0;
#else
  return 0;
#endif
}

/// Tells the processor that this thread is spinning.
static inline void platform_spin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Returns the floating-point mode of this thread: rounding, traps, and the treatment of subnormal
/// numbers. The flags of exceptions that have occurred are not part of it.
static inline unsigned long long platform_float_mode(void) {
#if defined(__x86_64__)
  return __builtin_ia32_stmxcsr() & ~0x3Fu;
#elif defined(__aarch64__)
  unsigned long long mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode) : : "memory");
  return mode;
#else
  return 0;
#endif
}

/// Sets the floating-point mode of this thread to one that `platform_float_mode` returned.
static inline void platform_set_float_mode(unsigned long long mode) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned)mode | (__builtin_ia32_stmxcsr() & 0x3Fu));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory");
#else
  (void)mode;
#endif
}

/// Returns the same mode with "flush to zero" and "denormals are zero": subnormal numbers count as
/// 0, both as results and as operands.
static inline unsigned long long platform_without_subnormals(unsigned long long mode) {
#if defined(__x86_64__)
  return mode | 1u << 15 | 1u << 6;
#elif defined(__aarch64__)
  return mode | 1ull << 24;
#else
  return mode;
#endif
}

#endif
