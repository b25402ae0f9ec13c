/*
 * core/spinlock.h - mutual exclusion between CPUs, for short stretches.
 *
 * Taking a lock turns interrupts off on this CPU until the last held one is
 * released, so a handler can take any lock without deadlock.  Never sleep, and
 * never touch user memory, while holding one.  Locks are ticket locks: CPUs
 * get in in the order they came.  DEBUG=1 panics on a lock taken twice, out of
 * rank (core/lockrank.h), or released by another CPU.
 */
#ifndef CORE_SPINLOCK_H
#define CORE_SPINLOCK_H

#include "core/lockrank.h"
#include "lib/compiler.h"
#include "lib/types.h"

struct CAPABILITY("spinlock") spinlock {
    u32 next;   /* [A] ticket the next comer draws */
    u32 owner;  /* [A] ticket that may go in; equal: the lock is free */
    u32 rank;   /* [I] enum lock_rank */
    u32 holder; /* [L] CPU id + 1 while held, else 0 */
    const char *name; /* [I] */
};

#define SPINLOCK_INIT(lock_name, lock_rank) \
    { .name = (lock_name), .rank = (lock_rank) }

void spin_init(struct spinlock *lock, const char *name, enum lock_rank rank);
void spin_lock(struct spinlock *lock) ACQUIRES(*lock);
bool spin_try(struct spinlock *lock) TRIES(true, *lock) MUST_CHECK;
void spin_unlock(struct spinlock *lock) RELEASES(*lock);

/* Whether this CPU holds the lock; for asserts. */
bool spin_held(const struct spinlock *lock);

#endif
