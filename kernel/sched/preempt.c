/*
 * sched/preempt.c - take the CPU from a thread that did not offer it.
 *
 *     timer interrupt -> on_tick    -> sched_tick: is the turn over?
 *     sched_wake      -> preempt_kick: is the newcomer more urgent?
 *                          here:        must_resched
 *                          other CPU:   interrupt it -> on_kick: must_resched
 *     end of interrupt, last spinlock released -> schedule() if must_resched
 *
 * Locks  none: must_resched is written by its own CPU, interrupts off
 * Tests  kernel/test/preempt.c
 */
#include "sched/preempt.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/trap.h"
#include "core/tick.h"
#include "sched/balance.h"
#include "sched/chaos.h"
#include "sched/sched.h"
#include "sched/timer.h"

static enum preempt_mode preempt_mode;

static bool is_due(void)
{
    return this_cpu()->must_resched && preempt_mode == PREEMPT_ALWAYS;
}

/* Timer interrupt.  While nobody waits, there are no turns to end. */
static void on_tick(struct trap_frame *frame, u64 now_ns)
{
    const struct sched_cpu *sc = &sched_cpus[this_cpu()->id];
    if (preempt_mode == PREEMPT_ALWAYS && sc->ready.n_ready > 0)
        sched_tick(now_ns);
    else if (sc->current != sc->idle)
        timer_set_slice(now_ns + SLICE_NS);
}

/* Another CPU made a thread ready here, or has one to give away. */
static void on_kick(struct trap_frame *frame)
{
    this_cpu()->must_resched = 1;
}

/* End of an interrupt: interrupts are off, and the thread underneath is in the
 * middle of anything except holding a spinlock. */
static void on_trap_exit(void)
{
    while (is_due()) {
        balance_idle_end(); /* if it was the idle thread that halted */
        schedule();
    }
}

/* The last spinlock was released. */
static void on_free(void)
{
    chaos_point();
    if (is_due())
        schedule();
}

void preempt_init(void)
{
    tick_register(on_tick);
    trap_register(VECTOR_RESCHED, on_kick);
    trap_on_exit(on_trap_exit);
    spin_on_free(on_free);
    irq_push_off();
    timer_set_slice(clock_now_ns() + SLICE_NS);
    irq_pop_off();
}

void preempt_kick(u32 cpu_id)
{
    irq_push_off();
    if (cpu_id == this_cpu()->id)
        this_cpu()->must_resched = 1;
    else
        lapic_send(cpus[cpu_id].apic_id, VECTOR_RESCHED);
    irq_pop_off();
}

void preempt_point(void)
{
    if (irq_are_on() && this_cpu()->n_locks == 0 && is_due())
        schedule();
}

void preempt_set_mode(enum preempt_mode mode)
{
    preempt_mode = mode;
}
