/*
 * lib/printk.h - how every floor writes to the kernel log.
 *
 * printk() is an upcall: core/printk.c defines it.  One call is one line; the
 * newline is added.  Any context, interrupts on or off.  Formats: those of
 * lib/format.h.
 */
#ifndef LIB_PRINTK_H
#define LIB_PRINTK_H

#include "lib/compiler.h"

/* Severity, lowest is worst; a console shows lines up to its own level. */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Write one line to the log, and to the consoles that show its level. */
PRINTF_LIKE(2, 3) void printk(enum log_level level, const char *fmt, ...);

#endif
