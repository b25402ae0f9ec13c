/*
 * core/trace.h - what each CPU did last, for the report of a panic.
 *
 * A few words into a ring a CPU: cheap enough to stay in hot paths.
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include "lib/types.h"

/* Note an event: a literal name and two numbers.  Any context. */
void trace(const char *name, u64 a, u64 b);

/* Print the latest events of all CPUs, oldest first, by console_print(). */
void trace_print(void);

#endif
