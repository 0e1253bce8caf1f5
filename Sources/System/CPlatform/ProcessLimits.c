#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "ProcessLimits.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/// Whether the kernel counts every mapping as used (Linux, vm.overcommit_memory = 2).
static int memory_is_accounted_strictly(void) {
#if defined(__linux__)
  FILE *file = fopen("/proc/sys/vm/overcommit_memory", "r");
  if (!file) return 0;
  int mode = fgetc(file);
  fclose(file);
  return mode == '2';
#else
  return 0;
#endif
}

int platform_address_space_is_limited(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) return 1;
  return memory_is_accounted_strictly();
}

int platform_can_map(size_t bytes) {
  void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return 0;
  munmap(start, bytes);
  return 1;
}

size_t platform_stack_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  return (size_t)limit.rlim_cur;
}

void platform_set_thread_stack(size_t bytes) {
#if defined(__GLIBC__)
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  if (pthread_attr_setstacksize(&attributes, bytes) == 0) {
    pthread_setattr_default_np(&attributes);
  }
  pthread_attr_destroy(&attributes);
#else
  (void)bytes;
#endif
}

#if defined(__GLIBC__)
static void leave(int status, void *unused) {
  (void)unused;
  fflush(NULL);
  _exit(status);
}
#endif

void platform_skip_library_destructors(void) {
#if defined(__GLIBC__)
  on_exit(leave, NULL);
#endif
}

// The signals with which the Swift runtime, C++ and the C library end a program that gets no memory.
static const int crash_signals[] = {SIGABRT, SIGTRAP, SIGILL, SIGSEGV, SIGBUS};
enum { crash_signal_count = sizeof crash_signals / sizeof crash_signals[0] };
static struct sigaction former_actions[crash_signal_count];
static size_t missing_bytes;
static const char *last_line;

// Calls only functions that are safe in a signal handler.
static void end_without_memory(int number) {
  if (!platform_can_map(missing_bytes)) {
    if (write(2, last_line, strlen(last_line)) < 0) _exit(1);
    _exit(1);
  }
  for (int i = 0; i < crash_signal_count; i++) {
    if (crash_signals[i] == number) sigaction(number, &former_actions[i], NULL);
  }
  // The signal is blocked until this handler returns, and then has its usual effect.
  raise(number);
}

void platform_end_crashes_without_memory(size_t bytes, const char *line) {
  missing_bytes = bytes;
  last_line = strdup(line);
  if (!last_line) return;
  struct sigaction action = {0};
  action.sa_handler = end_without_memory;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < crash_signal_count; i++) {
    sigaction(crash_signals[i], &action, &former_actions[i]);
  }
}
