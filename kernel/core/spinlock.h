/*
 * core/spinlock.h - mutual exclusion between CPUs, for short stretches.
 *
 * Taking a lock turns interrupts off on this CPU until the last held one is
 * released, so a handler can take any lock without deadlock.  Never sleep, and
 * never touch user memory, while holding one.  Locks are ticket locks: CPUs
 * get in in the order they came.  A lock taken twice, or released by another
 * CPU, is a panic; with DEBUG=1 so is one out of rank (core/lockrank.h).
 */
#ifndef CORE_SPINLOCK_H
#define CORE_SPINLOCK_H

#include "core/lockrank.h"
#include "lib/compiler.h"
#include "lib/types.h"

struct CAPABILITY("spinlock") spinlock {
    u32 next;         /* [A] ticket the next comer draws */
    u32 owner;        /* [A] ticket that may go in; equal: the lock is free */
    u32 rank;         /* [I] enum lock_rank */
    u32 holder;       /* [L] CPU id + 1 while held, else 0 */
    const char *name; /* [I] */
    u64 taken_at;     /* [L] address that took it last; for the reader */
};

#define SPINLOCK_INIT(lock_name, lock_rank)      \
    {                                            \
        .name = (lock_name), .rank = (lock_rank) \
    }

/* Make it a free lock.  `name` stays the caller's and must live as long. */
void spin_init(struct spinlock *lock, const char *name, enum lock_rank rank);

/* Wait for the lock and take it.  While waiting, answers cross-CPU calls. */
void spin_lock(struct spinlock *lock) ACQUIRES(*lock);

/* Take the lock if it is free; of any rank, since this never waits. */
bool spin_try(struct spinlock *lock) TRIES(true, *lock) MUST_CHECK;

/* Let the next one in.  Only by the CPU that took it. */
void spin_unlock(struct spinlock *lock) RELEASES(*lock);

/* Whether this CPU holds the lock; for asserts. */
bool spin_held(const struct spinlock *lock);

/* From now on every lock is taken at once: the other CPUs are stopped and may
 * hold some for ever.  core/panic.c only. */
void spin_break_all(void);

/* Call `hook` whenever a CPU has released its last spinlock and has its
 * interrupts on again: a thread may be switched there.  Set once, at boot. */
void spin_on_free(void (*hook)(void));

#endif
