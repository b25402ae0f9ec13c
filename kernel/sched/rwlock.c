/*
 * sched/rwlock.c - many readers or one writer, served in the order they came.
 *
 * Invariants  a writer inside is alone
 *             tickets below `serving` have been in; the others wait in order
 * Locks       rwlock.lock (RANK_MUTEX), then waitq.lock
 * Tests       kernel/test/rwlock.c
 */
#include "sched/rwlock.h"

#include "arch/x86_64/cpu.h"
#include "lib/panic.h"

void rwlock_init(struct rwlock *rw, const char *name)
{
    *rw = (struct rwlock){};
    spin_init(&rw->lock, name, RANK_MUTEX);
    waitq_init(&rw->waiters, name);
    rw->waiters.owner = &rw->writer;
}

/* Somebody went in or out: let the one whose turn it is now look again. */
static void serve(struct rwlock *rw)
{
    if (rw->serving != rw->next)
        waitq_wake_all(&rw->waiters);
}

void rwlock_read(struct rwlock *rw)
{
    spin_lock(&rw->lock);
    assert(rw->writer != cpu_thread());
    u64 ticket = rw->next++;
    wait_firmly(&rw->waiters, &rw->lock, rw->serving == ticket && !rw->writer);
    rw->serving++;
    rw->n_readers++;
    serve(rw);
    spin_unlock(&rw->lock);
}

void rwlock_read_done(struct rwlock *rw)
{
    spin_lock(&rw->lock);
    assert(rw->n_readers > 0 && !rw->writer);
    if (--rw->n_readers == 0)
        serve(rw);
    spin_unlock(&rw->lock);
}

void rwlock_write(struct rwlock *rw)
{
    spin_lock(&rw->lock);
    assert(rw->writer != cpu_thread());
    u64 ticket = rw->next++;
    wait_firmly(&rw->waiters, &rw->lock,
                rw->serving == ticket && !rw->writer && rw->n_readers == 0);
    rw->serving++;
    rw->writer = cpu_thread();
    spin_unlock(&rw->lock);
}

void rwlock_write_done(struct rwlock *rw)
{
    spin_lock(&rw->lock);
    assert(rw->writer == cpu_thread() && rw->n_readers == 0);
    rw->writer = NULL;
    serve(rw);
    spin_unlock(&rw->lock);
}
