/*
 * sched/mutex.c - mutual exclusion between threads that may sleep inside.
 *
 * The mutex is handed over, not dropped: unlocking makes the first waiter its
 * owner while that one still sleeps.  So a thread that comes in between finds
 * it taken and goes to the end of the line.
 *
 * Invariants  owner == NULL implies that nobody waits
 *             a waiter returns from its sleep as owner, or gave up (-EINTR)
 * Locks       mutex.lock (RANK_MUTEX), then waitq.lock
 * Tests       grade/unit/test_mutex.c, kernel/test/mutex.c
 */
#include "sched/mutex.h"

#include "arch/x86_64/cpu.h"
#include "lib/panic.h"

NO_LOCK_CHECK void mutex_lock(struct mutex *m)
{
    struct thread *me = cpu_thread();
    spin_lock(&m->lock);
    assert(m->owner != me); /* else: it would wait for itself */
    if (!m->owner)
        m->owner = me;
    wait_firmly(&m->waiters, &m->lock, m->owner == me);
    spin_unlock(&m->lock);
}

NO_LOCK_CHECK int mutex_lock_killable(struct mutex *m)
{
    struct thread *me = cpu_thread();
    spin_lock(&m->lock);
    assert(m->owner != me);
    if (!m->owner)
        m->owner = me;
    int err = wait_until(&m->waiters, &m->lock, m->owner == me);
    spin_unlock(&m->lock);
    return err;
}

NO_LOCK_CHECK bool mutex_try(struct mutex *m)
{
    struct thread *me = cpu_thread();
    spin_lock(&m->lock);
    assert(m->owner != me);
    bool is_free = !m->owner;
    if (is_free)
        m->owner = me;
    spin_unlock(&m->lock);
    return is_free;
}

NO_LOCK_CHECK void mutex_unlock(struct mutex *m)
{
    spin_lock(&m->lock);
    assert(m->owner == cpu_thread()); /* else: unlocked by somebody else */
    m->owner = waitq_wake_one(&m->waiters);
    spin_unlock(&m->lock);
}

bool mutex_held(const struct mutex *m)
{
    return m->owner == cpu_thread();
}
