/*
 * sched/report.c - what the threads were doing, in the report of a panic.
 *
 * Runs when all locks are open and all other CPUs stand still, so it may find
 * a list half changed; the fault that follows ends the report, no more.
 *
 * Tests  grade/check/test_panic.py
 */
#include "sched/report.h"

#include "arch/x86_64/cpu.h"
#include "core/console.h"
#include "core/panic.h"
#include "sched/thread.h"

enum { REPORT_MAX = 32 };

static void print_thread(const struct thread *t)
{
    const struct waitq *queue = t->waits_on;
    console_print("  %s %-24s %-8s CPU %u%s%s", t == cpu_thread() ? "*" : " ",
                  t->name, thread_state_name(t->state), t->cpu,
                  queue ? ", waits for " : "", queue ? queue->lock.name : "");
}

static void report(void)
{
    const struct thread *t;
    u32 n = 0;
    console_print("Threads:");
    list_for_each (t, &all_threads, all_link) {
        if (n++ < REPORT_MAX)
            print_thread(t);
    }
    if (n > REPORT_MAX)
        console_print("    and %u more", n - REPORT_MAX);
}

void thread_report_init(void)
{
    panic_add_report(report);
}
