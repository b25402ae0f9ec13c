/*
 * lib/panic.h - how every floor says that the kernel itself is wrong.
 *
 * panic() is an upcall: core/panic.c defines it; host unit tests bring their
 * own.  An assert states what the reader should believe; it is compiled in
 * always, since a kernel that goes on with a broken invariant teaches nothing.
 */
#ifndef LIB_PANIC_H
#define LIB_PANIC_H

#include "lib/compiler.h"

/* Stop all CPUs, print the message and a backtrace; any context. */
NORETURN PRINTF_LIKE(1, 2) void panic(const char *fmt, ...);

#define assert(cond)                                                      \
    do {                                                                  \
        if (unlikely(!(cond)))                                            \
            panic("%s:%d: assert(%s) failed in %s()", __FILE__, __LINE__, \
                  #cond, __func__);                                       \
    } while (0)

#endif
