/*
 * core/tick.c - what happens when the timer interrupt comes.
 *
 * Each CPU keeps the time it was asked to wake at, and sets its one-shot timer
 * to the next thing to come.  A timer that fires early (long delays are cut)
 * does no harm: the handlers look at the clock.
 *
 * Tests  kernel/test/core.c
 */
#include "core/tick.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "core/cpucall.h"
#include "lib/atomic.h"
#include "lib/panic.h"

/* What one CPU waits for. */
struct wait {
    bool has_deadline;
    u64 deadline_ns;
    u64 beat_ns; /* when the next heartbeat is due */
};

static struct wait waits[MAX_CPUS]; /* [C] */
static tick_handler *handlers[TICK_HANDLER_MAX];
static u32 n_handlers;
static u32 heartbeat_is_on; /* [A] */

void tick_register(tick_handler *handler)
{
    assert(n_handlers < TICK_HANDLER_MAX);
    handlers[n_handlers++] = handler;
}

/* Set this CPU's timer for whatever comes next. */
static void set_timer(void)
{
    const struct wait *wait = &waits[this_cpu()->id];
    u64 now_ns = clock_now_ns();
    u64 next_ns = wait->has_deadline ? wait->deadline_ns : UINT64_MAX;
    if (atomic_load(&heartbeat_is_on) && next_ns > wait->beat_ns)
        next_ns = wait->beat_ns;
    if (next_ns == UINT64_MAX)
        lapic_timer_stop();
    else
        lapic_timer_set(next_ns > now_ns ? next_ns - now_ns : 0);
}

void tick_set_deadline(u64 deadline_ns)
{
    assert(!irq_are_on());
    struct wait *wait = &waits[this_cpu()->id];
    wait->has_deadline = deadline_ns != UINT64_MAX;
    wait->deadline_ns = deadline_ns;
    set_timer();
}

void tick(struct trap_frame *frame)
{
    u64 now_ns = clock_now_ns();
    struct wait *wait = &waits[this_cpu()->id];
    wait->beat_ns = now_ns + TICK_NS;
    if (wait->has_deadline && wait->deadline_ns <= now_ns)
        wait->has_deadline = false;
    for (u32 i = 0; i < n_handlers; i++)
        handlers[i](frame, now_ns);
    set_timer();
}

/* On every CPU: begin or end the beats. */
static void restart(void *unused)
{
    waits[this_cpu()->id].beat_ns = clock_now_ns() + TICK_NS;
    set_timer();
}

void tick_heartbeat_start(void)
{
    atomic_store(&heartbeat_is_on, 1);
    cpucall(cpu_set_all(), restart, NULL);
}

void tick_heartbeat_stop(void)
{
    atomic_store(&heartbeat_is_on, 0);
    cpucall(cpu_set_all(), restart, NULL);
}
