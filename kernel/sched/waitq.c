/*
 * sched/waitq.c - the one way to sleep: until a condition holds.
 *
 *     sleeper                              waker
 *     holds lock, condition is false
 *     stands in the queue, marked asleep
 *     releases lock  --------------------> takes lock
 *     schedule()                           makes the condition true
 *        ...                               wakes the first of the queue
 *     takes lock     <-------------------- releases lock
 *     looks again
 *
 * Between "releases lock" and schedule() the waker may come first.  That is
 * fine: it makes the sleeper ready again, and schedule() just returns.
 *
 * Invariants  who is in a queue sleeps, is about to, or was just woken by
 *             something else and will leave it by itself
 * Locks       waitq.lock (RANK_WAIT_QUEUE), inside of the condition's lock
 * Tests       kernel/test/waitq.c
 */
#include "sched/waitq.h"

#include "arch/x86_64/cpu.h"
#include "lib/panic.h"
#include "sched/sched.h"
#include "sched/timer.h"

NO_LOCK_CHECK int waitq_sleep(struct waitq *queue, struct spinlock *lock,
                              enum wait_mode mode)
{
    struct thread *me = cpu_thread();
    struct waiter waiter = {.thread = me};
    assert(spin_held(lock)); /* else: the condition may have changed */
    spin_lock(&queue->lock);
    list_push_back(&queue->waiters, &waiter.link);
    sched_prepare_sleep(mode);
    spin_unlock(&queue->lock);
    spin_unlock(lock); /* only now: we can be found */
    schedule();
    spin_lock(&queue->lock);
    list_remove(&waiter.link); /* a waker did; a timer or a kill did not */
    spin_unlock(&queue->lock);
    spin_lock(lock);
    return me->wake_result;
}

struct thread *waitq_wake_one(struct waitq *queue)
{
    struct thread *woken = NULL;
    spin_lock(&queue->lock);
    while (!woken && !list_is_empty(&queue->waiters)) {
        struct waiter *first = list_first(&queue->waiters, struct waiter, link);
        list_remove(&first->link);
        if (sched_wake(first->thread, 0)) /* else: it woke for another reason */
            woken = first->thread;
    }
    spin_unlock(&queue->lock);
    return woken;
}

void waitq_wake_all(struct waitq *queue)
{
    spin_lock(&queue->lock);
    while (!list_is_empty(&queue->waiters)) {
        struct waiter *first = list_first(&queue->waiters, struct waiter, link);
        list_remove(&first->link);
        sched_wake(first->thread, 0);
    }
    spin_unlock(&queue->lock);
}

/* Timer: time is up for that thread, if it still sleeps. */
static void on_deadline(void *thread)
{
    sched_wake(thread, -ETIMEDOUT);
}

NO_LOCK_CHECK int waitq_sleep_deadline(struct waitq *queue,
                                       struct spinlock *lock, u64 deadline_ns)
{
    struct timer timer;
    timer_setup(&timer, on_deadline, cpu_thread());
    timer_start(&timer, deadline_ns); /* here, where the lock keeps it out */
    int err = waitq_sleep(queue, lock, WAIT_KILLABLE);
    timer_cancel(&timer);
    return err;
}

bool waitq_is_empty(struct waitq *queue)
{
    spin_lock(&queue->lock);
    bool is_empty = list_is_empty(&queue->waiters);
    spin_unlock(&queue->lock);
    return is_empty;
}
