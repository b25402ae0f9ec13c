/*
 * sched/preempt.h - take the CPU from a thread that did not offer it.
 *
 * cpu->must_resched says that a switch is due.  It happens at the next
 * preemption point: the end of an interrupt, or the release of the last
 * spinlock.
 */
#ifndef SCHED_PREEMPT_H
#define SCHED_PREEMPT_H

#include "lib/types.h"

enum preempt_mode {
    PREEMPT_ALWAYS,
    PREEMPT_NEVER, /* threads switch only where they say so: for tests */
};

/* Register the timer, the interrupt by which CPUs wake each other, and the
 * preemption points.  Boot CPU, once, after sched_init(). */
void preempt_init(void);

/* Make that CPU look at its queue again, as soon as it may.  Any context. */
void preempt_kick(u32 cpu_id);

/* Switch now if that is due, interrupts are on and no spinlock is held. */
void preempt_point(void);

/* Choose for all CPUs; what became due meanwhile happens at the next point. */
void preempt_set_mode(enum preempt_mode mode);

#endif
