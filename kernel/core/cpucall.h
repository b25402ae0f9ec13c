/*
 * core/cpucall.h - run a function on other CPUs, and wait until it has run.
 *
 * The function runs with interrupts off, in an interrupt handler or where the
 * target waits for a spinlock: it must be short, take no lock and call no
 * cpucall() itself.  Callers may hold spinlocks and have interrupts off: a CPU
 * that waits, here or for a spinlock, answers the calls of the others.
 */
#ifndef CORE_CPUCALL_H
#define CORE_CPUCALL_H

#include "lib/types.h"

/* Sets of CPUs: bit n is CPU n. */
static inline u32 cpu_set_one(u32 id)
{
    return 1u << id;
}

/* All CPUs, online or not. */
static inline u32 cpu_set_all(void)
{
    return ~0u;
}

/* Register the interrupt; boot CPU, before smp_start(). */
void cpucall_init(void);

/* Run fn(arg) on every online CPU in `set`, this one included if it is in it;
 * returns when all have run it. */
void cpucall(u32 set, void (*fn)(void *arg), void *arg);

/* Run what other CPUs ask of this one, if anything.  For loops that wait with
 * interrupts off. */
void cpucall_serve(void);

#endif
