/*
 * test/crew.c - threads for the tests of the scheduler, and what they log.
 *
 * Locks  log_lock (RANK_TEST)
 */
#include "test/crew.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/lab.h"
#include "core/spinlock.h"
#include "lib/atomic.h"
#include "lib/err.h"
#include "sched/sched.h"

static struct spinlock log_lock = SPINLOCK_INIT("crew log", RANK_TEST);
static char text[CREW_LOG_MAX];
static size_t text_len;

struct thread *crew_start_on(struct ktest_run *t, u32 cpu, const char *name,
                             thread_entry *entry, void *arg,
                             enum priority priority)
{
    struct thread *thread = thread_create(name, entry, arg, priority);
    if (is_err(thread)) {
        ktest_fail(t, __FILE__, __LINE__, "no memory for a thread");
        return NULL;
    }
    if (cpu != CPU_ANY)
        thread_pin(thread, cpu);
    thread_start(thread);
    return thread;
}

u32 crew_stay(void)
{
    irq_push_off();
    u32 here = this_cpu()->id;
    cpu_thread()->home = (u16)here;
    irq_pop_off();
    return here;
}

struct thread *crew_start(struct ktest_run *t, const char *name,
                          thread_entry *entry, void *arg,
                          enum priority priority)
{
    return crew_start_on(t, crew_stay(), name, entry, arg, priority);
}

int crew_wait(struct thread *thread)
{
    if (!thread)
        return -ENOMEM;
    const char *exercise;
    while (!thread_is_gone(thread)) {
        if (lab_reached(&exercise))
            return -ENOSYS; /* without a scheduler it will never be */
        sched_yield();
    }
    return thread_join(thread);
}

void crew_log_clear(void)
{
    text_len = 0;
    text[0] = '\0';
}

void crew_log(char letter)
{
    spin_lock(&log_lock);
    if (text_len < CREW_LOG_MAX - 1) {
        text[text_len++] = letter;
        text[text_len] = '\0';
    }
    spin_unlock(&log_lock);
}

const char *crew_log_text(void)
{
    return text;
}

void crew_spin(u64 ns)
{
    u64 end_ns = clock_now_ns() + ns;
    while (clock_now_ns() < end_ns)
        ;
}

bool crew_spin_until(const u32 *word, u32 n)
{
    u64 end_ns = clock_now_ns() + 2000000000;
    while (atomic_load(word) < n)
        if (clock_now_ns() > end_ns)
            return false;
    return true;
}

/* What a loop takes that does nothing. */
static u64 time_a_loop(void)
{
    irq_push_off();
    u64 start_ns = clock_now_ns();
    for (u32 i = 0; i < 10000; i++)
        __asm__ volatile("");
    u64 ns = clock_now_ns() - start_ns;
    irq_pop_off();
    return ns;
}

bool crew_time_is_exact(void)
{
    u64 least = UINT64_MAX, most = 0;
    for (u32 i = 0; i < 5; i++) {
        u64 ns = time_a_loop();
        least = ns < least ? ns : least;
        most = ns > most ? ns : most;
    }
    return most - least <= 2; /* the clock rounds */
}

u64 crew_slack_ns(void)
{
    return crew_time_is_exact() ? 1000000 : 400000000;
}
