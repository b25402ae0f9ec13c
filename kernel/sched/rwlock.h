/*
 * sched/rwlock.h - many readers or one writer, served in the order they came.
 *
 * Everybody draws a ticket.  Who is served next goes in when those inside allow
 * it: a reader unless a writer is in, a writer when nobody is.  So readers
 * that come one after another share the lock, and neither kind starves.
 */
#ifndef SCHED_RWLOCK_H
#define SCHED_RWLOCK_H

#include "core/spinlock.h"
#include "lib/compiler.h"
#include "lib/types.h"
#include "sched/waitq.h"

struct thread;

struct CAPABILITY("rwlock") rwlock {
    struct spinlock lock;  /*     RANK_MUTEX */
    u64 next;              /* [L] ticket that the next comer draws */
    u64 serving;           /* [L] ticket that may go in */
    u32 n_readers;         /* [L] inside */
    struct thread *writer; /* [L] inside, or NULL */
    struct waitq waiters;  /*     until their ticket is served */
};

/* Make it free.  `name` must live as long. */
void rwlock_init(struct rwlock *rw, const char *name);

/* Share it with other readers; sleeps while a writer is inside or before us. */
void rwlock_read(struct rwlock *rw);
void rwlock_read_done(struct rwlock *rw);

/* Have it alone; sleeps until all before us are out. */
void rwlock_write(struct rwlock *rw);
void rwlock_write_done(struct rwlock *rw);

#endif
