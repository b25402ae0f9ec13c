/*
 * host.c - the floors below a pure file, for unit tests in a Linux process.
 *
 * panic() ends the test (or is caught by EXPECT_PANIC), printk() is silent
 * unless QN_VERBOSE is set, spinlocks check that they are taken once and
 * released by whoever took them.  All weak: a test that links the real thing
 * gets the real thing.
 */
#include "unit.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmu.h"
#include "core/lab.h"
#include "core/spinlock.h"
#include "lib/panic.h"
#include "lib/printk.h"
#include "lib/string.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

OPTIONAL struct cpu cpus[MAX_CPUS] = {{.self = &cpus[0], .is_online = 1}};
OPTIONAL u32 n_cpus = 1;
uintptr_t host_direct_base;
paddr_t host_mmu_root;
u32 host_cpu;
bool host_irqs_on;
bool host_expects_panic;
jmp_buf host_panic_jump;

static char case_name[128] = "start";
static struct spinlock *held[16];
static u32 n_held;

/* The first finding of UBSan ends the test, as ASan's does. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}

/*
 * Expectations
 */

void unit_case(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(case_name, sizeof(case_name), fmt, args);
    va_end(args);
}

void unit_fail(const char *file, int line, const char *cond, const char *fmt,
               ...)
{
    va_list args;
    fprintf(stderr, "%s:%d: [%s] %s: ", file, line, case_name, cond);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

bool unit_has_option(int argc, char **argv, const char *option)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}

u64 unit_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64)now.tv_sec * 1000000000u + (u64)now.tv_nsec;
}

void *host_ram_create(paddr_t base, u64 len)
{
    static void *ram;
    static u64 ram_len;
    if (ram)
        munmap(ram, ram_len);
    ram_len = len;
    ram = mmap(NULL, len, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ram == MAP_FAILED)
        unit_fail(__FILE__, __LINE__, "mmap()", "no %#llx bytes",
                  (unsigned long long)len);
    host_direct_base = (uintptr_t)ram - base;
    return ram;
}

/*
 * The floors below
 */

OPTIONAL NO_LOCK_CHECK void panic(const char *fmt, ...)
{
    va_list args;
    if (host_expects_panic) {
        host_expects_panic = false;
        while (n_held > 0)
            spin_unlock(held[n_held - 1]);
        longjmp(host_panic_jump, 1);
    }
    fprintf(stderr, "[%s] panic: ", case_name);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

OPTIONAL void printk(enum log_level level, const char *fmt, ...)
{
    va_list args;
    if (!getenv("QN_VERBOSE"))
        return;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}

/* lib/string.c is not linked: its memcpy() would replace the sanitizer's. */
OPTIONAL size_t string_copy(char *dst, const char *src, size_t size)
{
    snprintf(dst, size, "%s", src);
    return strlen(src);
}

OPTIONAL void lab_todo(const char *exercise, const char *function)
{
    fprintf(stderr, "exercise %s: %s() is not written yet\n", exercise,
            function);
    exit(1);
}

OPTIONAL void host_on_load(paddr_t root) {}

OPTIONAL void host_on_invalidate(vaddr_t va) {}

/*
 * Spinlocks: with one CPU, waiting would be for ever, so it is an error.
 */

OPTIONAL void spin_init(struct spinlock *lock, const char *name,
                        enum lock_rank rank)
{
    *lock = (struct spinlock)SPINLOCK_INIT(name, rank);
}

OPTIONAL NO_LOCK_CHECK void spin_lock(struct spinlock *lock)
{
    if (lock->holder)
        panic("lock %s is taken twice", lock->name);
    if (n_held > 0 && held[n_held - 1]->rank >= lock->rank)
        panic("lock %s is taken inside of %s", lock->name,
              held[n_held - 1]->name);
    irq_push_off();
    assert(n_held < ARRAY_LEN(held));
    held[n_held++] = lock;
    lock->holder = host_cpu + 1;
}

OPTIONAL NO_LOCK_CHECK bool spin_try(struct spinlock *lock)
{
    if (lock->holder)
        return false;
    spin_lock(lock);
    return true;
}

OPTIONAL NO_LOCK_CHECK void spin_unlock(struct spinlock *lock)
{
    if (lock->holder != host_cpu + 1)
        panic("lock %s is released by who does not hold it", lock->name);
    u32 i = n_held;
    while (i > 0 && held[i - 1] != lock)
        i--;
    assert(i > 0);
    memmove(&held[i - 1], &held[i], (n_held - i) * sizeof(held[0]));
    n_held--;
    lock->holder = 0;
    irq_pop_off();
}

OPTIONAL bool spin_held(const struct spinlock *lock)
{
    return lock->holder == host_cpu + 1;
}

u32 host_locks_held(void)
{
    return n_held;
}
