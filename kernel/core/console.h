/*
 * core/console.h - the devices that show the kernel's log to somebody.
 *
 * A driver upstairs fills a `struct console` and registers it; from then on
 * each line of the log at or below the console's level is written to it.  The
 * serial port is registered first, by console_init().  Command line:
 * `loglevel=error|warn|info|debug`, and `quiet` for loglevel=warn.
 */
#ifndef CORE_CONSOLE_H
#define CORE_CONSOLE_H

#include "lib/compiler.h"
#include "lib/printk.h"
#include "lib/types.h"

struct console {
    const char *name;
    /* Write text, "\n" for a new line.  Holds the console lock (RANK_CONSOLE)
     * with interrupts off, so never printk() here; may run during a panic. */
    void (*write)(const char *text, size_t len);
    enum log_level level; /* [L] console lock; set by console_register() */
    struct console *next; /* [L] */
};

/* Read the log level and register the serial port.  Boot CPU, once. */
void console_init(void);

/* Do console_init() if it has not been done: a panic that early has no other
 * way to be seen.  For panic(). */
void console_require(void);

/* Add a console for ever, and show it the log so far. */
void console_register(struct console *console);

/* Write text without level or time stamp, as a report does; also into the
 * log.  One call is one line.  Any context. */
PRINTF_LIKE(1, 2) void console_print(const char *fmt, ...);

#endif
