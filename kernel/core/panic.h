/*
 * core/panic.h - more ways to say that the kernel itself is wrong.
 *
 * panic() and assert() are in lib/panic.h.  The report of a panic goes to all
 * consoles and to the record channel; then the run ends with EXIT_PANIC.
 */
#ifndef CORE_PANIC_H
#define CORE_PANIC_H

#include "lib/compiler.h"
#include "lib/panic.h"

struct trap_frame;

/* Panic because of what happened at `frame`: its registers and its backtrace
 * are printed instead of the caller's. */
NORETURN PRINTF_LIKE(2, 3) void panic_at(const struct trap_frame *frame,
                                         const char *fmt, ...);

enum { PANIC_REPORT_MAX = 4 };

/* Have `report` print, by console_print(), what a floor above knows; it runs
 * with all other CPUs stopped and locks open.  Boot CPU; asserts the maximum.
 */
void panic_add_report(void (*report)(void));

#endif
