/*
 * sched/mutex.h - mutual exclusion between threads that may sleep inside.
 *
 * Unlike a spinlock, a mutex leaves interrupts on, may be held for long and
 * across a sleep; who finds it taken sleeps.  It is handed over in the order
 * the threads came: nobody starves, nobody barges in.
 *
 * The owner, and only the owner, unlocks it.  Never in an interrupt, never
 * while holding a spinlock.
 */
#ifndef SCHED_MUTEX_H
#define SCHED_MUTEX_H

#include "core/spinlock.h"
#include "lib/compiler.h"
#include "lib/types.h"
#include "sched/waitq.h"

struct thread;

struct CAPABILITY("mutex") mutex {
    struct spinlock lock; /*     RANK_MUTEX */
    struct thread *owner; /* [L] NULL: free, and then nobody waits */
    struct waitq waiters; /*     until owner is them */
};

/* Make it a free mutex.  `name` must live as long. */
static inline void mutex_init(struct mutex *m, const char *name)
{
    spin_init(&m->lock, name, RANK_MUTEX);
    m->owner = NULL;
    waitq_init(&m->waiters, name);
    m->waiters.owner = &m->owner;
}

/* Own the mutex; sleeps until its turn has come.  Asserts that this thread
 * does not own it already. */
void mutex_lock(struct mutex *m) ACQUIRES(*m);

/* The same; -EINTR, and not locked, if this thread is killed meanwhile. */
int mutex_lock_killable(struct mutex *m) TRIES(0, *m) MUST_CHECK;

/* Own the mutex if it is free at once; never sleeps. */
bool mutex_try(struct mutex *m) TRIES(true, *m) MUST_CHECK;

/* Make the thread that waits longest the owner and wake it; without one the
 * mutex is free.  Asserts that this thread owns it. */
void mutex_unlock(struct mutex *m) RELEASES(*m);

/* Whether this thread owns the mutex; for asserts. */
bool mutex_held(const struct mutex *m);

#endif
