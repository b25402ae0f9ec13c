/*
 * sched/deadlock.h - see that threads wait for each other for ever.
 *
 * A wait queue may say who will wake it: a mutex's owner, a thread that is
 * joined.  That makes a graph, "A waits for B"; a cycle in it can never be
 * resolved.  And when every thread sleeps and no timer is set, nothing will
 * ever happen again, cycle or not.
 */
#ifndef SCHED_DEADLOCK_H
#define SCHED_DEADLOCK_H

#include "lib/types.h"

struct thread;
struct waitq;

/* Watch over `main`, the thread that must not sleep for ever.  Boot CPU, once.
 */
void deadlock_init(struct thread *main);

/* This thread is about to wait in that queue: if it closes a cycle, say so on
 * the log.  Called by wait_until() with the condition's lock held. */
void deadlock_note_wait(struct waitq *queue);

/* It does no longer. */
void deadlock_note_end(void);

/* Cycles seen since boot. */
u32 deadlock_count(void);

/* Called by a CPU that is about to halt, interrupts off: if nobody can ever
 * wake the main thread, panic with who waits for whom. */
void deadlock_check_idle(void);

#endif
