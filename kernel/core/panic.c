/*
 * core/panic.c - the kernel's last words.
 *
 * The first CPU that panics stops the others by NMI, opens all locks (whoever
 * held them never will again), and prints: the message, registers if it was
 * an exception, who called whom, where the other CPUs were, the latest trace
 * events, and what upper floors add.  A panic inside of that prints its
 * message only and ends the run, so there is always an end.
 *
 * Tests  kernel/test/selftest.c
 */
#include "core/panic.h"

#include "arch/x86_64/cpu.h"
#include "core/backtrace.h"
#include "core/console.h"
#include "core/exit.h"
#include "core/record.h"
#include "core/stop.h"
#include "core/trace.h"
#include "lib/atomic.h"
#include "lib/format.h"

static u32 panicking_cpu; /* [A] its id + 1; 0: none */
static u32 depth;         /* [C] of panics on that CPU */

static void (*reports[PANIC_REPORT_MAX])(void);
static u32 n_reports;

void panic_add_report(void (*report)(void))
{
    assert(n_reports < PANIC_REPORT_MAX);
    reports[n_reports++] = report;
}

/* Become the one CPU that panics; any other waits here to be stopped. */
static void become_last(void)
{
    u32 expected = 0, me = this_cpu()->id + 1;
    if (atomic_compare_exchange(&panicking_cpu, &expected, me))
        return;
    while (expected != me)
        cpu_relax();
}

static void print_report(const struct trap_frame *frame, struct stack_walk walk)
{
    console_print("CPU %u, thread %p, %u spinlocks held", this_cpu()->id,
                  (void *)cpu_thread(), this_cpu()->n_locks);
    if (frame)
        backtrace_print_registers(frame);
    console_print("Backtrace (innermost first):");
    if (frame)
        backtrace_print_from(frame);
    else
        backtrace_print(walk);
    stop_print_others();
    trace_print();
    for (u32 i = 0; i < n_reports; i++)
        reports[i]();
}

/* `frame` is what an exception interrupted, or NULL: then `walk` counts. */
NORETURN static void panic_args(const struct trap_frame *frame,
                                struct stack_walk walk, const char *fmt,
                                va_list args)
{
    char message[200];
    irq_off();
    become_last();
    format_args(message, sizeof(message), fmt, args);
    if (depth++ == 0) {
        stop_others();
        record("panic", "%s", message);
        console_require();
        console_print("PANIC: %s", message);
        print_report(frame, walk);
    } else if (depth == 2) {
        stop_others(); /* it may not have come to that */
        console_print("PANIC while panicking: %s", message);
    }
    kernel_exit(EXIT_PANIC);
}

void panic(const char *fmt, ...)
{
    va_list args;
    u64 skipped;
    struct stack_walk walk = stack_walk_here();
    stack_walk_next(&walk, &skipped); /* panic() itself tells nobody much */
    va_start(args, fmt);
    panic_args(NULL, walk, fmt, args);
}

void panic_at(const struct trap_frame *frame, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    panic_args(frame, stack_walk_here(), fmt, args);
}
