/*
 * sched/balance.h - spread threads over the CPUs.
 *
 * New threads start where least is to do; a CPU with nothing to do takes a
 * waiting thread from the one with most.  Threads that run stay where they are.
 */
#ifndef SCHED_BALANCE_H
#define SCHED_BALANCE_H

#include "lib/types.h"

struct sched_cpu;
struct thread;

/* The CPU on which the new thread `t` should start. */
u32 balance_choose(const struct thread *t);

/* `t` was put into that CPU's queue, whose lock is held: unless it will run
 * there at once, or may run nowhere else, tell an idle CPU to come for it. */
void balance_offer(const struct sched_cpu *sc, const struct thread *t);

/* Called by an idle CPU: take a thread that waits elsewhere and make it ready
 * here.  False if there is none. */
bool balance_pull(void);

/* This CPU is about to halt; from now on it is offered threads.  Interrupts
 * off, and after this look for work once more. */
void balance_idle_begin(void);

/* It is up again. */
void balance_idle_end(void);

/* 0 if some CPU runs a thread or has one in its queue; else a number that
 * stays the same until a thread runs. */
u64 balance_idle_epoch(void);

#endif
