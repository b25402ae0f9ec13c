/*
 * unit.h - what a host unit test needs: expectations, seeds, fake memory.
 *
 * Each test_*.c beside this file is a program of its own; exit status 0 means
 * that it passed.  Its head comment names the kernel files it is linked with:
 *
 *     Sources: mm/buddy.c mm/zone.c
 *
 * All is compiled with -fsanitize=address,undefined, grade/unit/include before
 * kernel on the include path, and linked with host.c, which stands in for the
 * floors below (panic, printk, spinlocks, ...).  host.c's functions are weak:
 * naming core/spinlock.c in Sources replaces them by the real ones.
 */
#ifndef UNIT_H
#define UNIT_H

#include "lib/random.h"
#include "lib/types.h"
#include <setjmp.h>

/* Name what is being tested; printed if something fails from here on. */
__attribute__((format(printf, 1, 2))) void unit_case(const char *fmt, ...);

/* Print where, which condition and why on standard error; exit status 1. */
__attribute__((noreturn, format(printf, 4, 5))) void unit_fail(
    const char *file, int line, const char *cond, const char *fmt, ...);

/* Unless `cond`, fail with it and, after it, the printf-like rest. */
#define EXPECT(cond, ...)                                         \
    do {                                                          \
        if (!(cond))                                              \
            unit_fail(__FILE__, __LINE__, #cond, "" __VA_ARGS__); \
    } while (0)

/* Unless the integers are equal, fail with both. */
#define EXPECT_EQ(got, want)                                   \
    do {                                                       \
        unsigned long long got_ = (unsigned long long)(got);   \
        unsigned long long want_ = (unsigned long long)(want); \
        if (got_ != want_)                                     \
            unit_fail(__FILE__, __LINE__, #got " == " #want,   \
                      "it is %#llx, not %#llx", got_, want_);  \
    } while (0)

/* Fail unless `statement` panics.  Its locks are forgotten afterwards. */
#define EXPECT_PANIC(statement)                                         \
    do {                                                                \
        host_expects_panic = true;                                      \
        if (setjmp(host_panic_jump) == 0) {                             \
            statement;                                                  \
            host_expects_panic = false;                                 \
            unit_fail(__FILE__, __LINE__, #statement, "did not panic"); \
        }                                                               \
    } while (0)

extern bool host_expects_panic;
extern jmp_buf host_panic_jump;

/* Whether the program was given `option`, say "--long". */
bool unit_has_option(int argc, char **argv, const char *option);

/* Monotonic nanoseconds, to say what something costs. */
u64 unit_now_ns(void);

/* Let phys_to_virt() reach `len` bytes of zeroed memory from physical address
 * `base` on; untouched pages cost nothing.  Replaces what was there. */
void *host_ram_create(paddr_t base, u64 len);

/* Spinlocks held at the moment, as host.c's spin_lock() counts. */
u32 host_locks_held(void);

#endif
