/*
 * sched/chaos.h - forced switches at bad moments, drawn from a seed.
 *
 * A race that needs a switch between two certain instructions may not show in
 * a million runs.  While chaos reigns, threads give up the CPU at preemption
 * points (each release of the last spinlock) and wherever chaos_point()
 * stands, as a seed decides: the same seed, the same switches.
 */
#ifndef SCHED_CHAOS_H
#define SCHED_CHAOS_H

#include "lib/types.h"

/* Begin: on average, each `one_in`-th point becomes a switch.  For tests. */
void chaos_start(u64 seed, u32 one_in);

/* Back to normal. */
void chaos_stop(void);

/* A place where a switch would be legal: maybe do it. */
void chaos_point(void);

#endif
