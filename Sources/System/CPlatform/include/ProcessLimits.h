#ifndef PROCESS_LIMITS_H
#define PROCESS_LIMITS_H

#include <stddef.h>

/// Returns 1 if the system refuses address space beyond a limit (`ulimit -v`, or strict accounting
/// of memory), else 0.
int platform_address_space_is_limited(void);

/// Returns 1 if that many further bytes of address space can be mapped now, else 0.
int platform_can_map(size_t bytes);

/// Returns the limit on the main thread's stack in bytes; SIZE_MAX if there is none.
size_t platform_stack_limit(void);

/// Sets the stack size of threads that are started later and do not name one, in bytes.
void platform_set_thread_stack(size_t bytes);

/// Ends the process at `exit` without the destructors of libraries; buffered output is written.
void platform_skip_library_destructors(void);

/// Writes a line and ends the process with status 1 if a signal of a crash comes while `bytes` cannot
/// be mapped; otherwise the signal has its usual effect.
void platform_end_crashes_without_memory(size_t bytes, const char *line);

#endif
