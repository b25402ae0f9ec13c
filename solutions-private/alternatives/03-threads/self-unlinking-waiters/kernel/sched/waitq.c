/*
 * sched/waitq.c - the one way to sleep, with waiters that leave by themselves.
 *
 * A waker does not unlink whom it wakes: it crosses out the waiter (thread =
 * NULL), and everybody takes himself out of the queue when he runs again.
 *
 * Invariant  a waiter that is not crossed out has not been woken by the queue
 * Locks      waitq.lock
 */
#include "sched/waitq.h"

#include "arch/x86_64/cpu.h"
#include "lib/panic.h"
#include "sched/sched.h"
#include "sched/timer.h"

NO_LOCK_CHECK static void leave(struct waitq *queue, struct waiter *waiter)
{
    spin_lock(&queue->lock);
    list_remove(&waiter->link);
    spin_unlock(&queue->lock);
}

NO_LOCK_CHECK int waitq_sleep(struct waitq *queue, struct spinlock *lock,
                              enum wait_mode mode)
{
    struct waiter waiter = {.thread = cpu_thread()};
    assert(spin_held(lock));
    spin_lock(&queue->lock);
    sched_prepare_sleep(mode);
    list_push_back(&queue->waiters, &waiter.link);
    spin_unlock(&queue->lock);
    spin_unlock(lock);
    schedule();
    leave(queue, &waiter);
    spin_lock(lock);
    return cpu_thread()->wake_result;
}

/* Wake up to `n` threads; the last one, or NULL. */
static struct thread *wake(struct waitq *queue, size_t n)
{
    struct thread *woken = NULL;
    struct waiter *waiter;
    spin_lock(&queue->lock);
    list_for_each(waiter, &queue->waiters, link) {
        struct thread *thread = waiter->thread;
        waiter->thread = NULL;
        if (n == 0 || !thread) {
            waiter->thread = thread;
            continue;
        }
        if (sched_wake(thread, 0)) {
            woken = thread;
            n--;
        }
    }
    spin_unlock(&queue->lock);
    return woken;
}

struct thread *waitq_wake_one(struct waitq *queue)
{
    return wake(queue, 1);
}

void waitq_wake_all(struct waitq *queue)
{
    wake(queue, SIZE_MAX);
}

static void time_is_up(void *thread)
{
    sched_wake(thread, -ETIMEDOUT);
}

NO_LOCK_CHECK int waitq_sleep_deadline(struct waitq *queue,
                                       struct spinlock *lock, u64 deadline_ns)
{
    struct timer timer;
    timer_setup(&timer, time_is_up, cpu_thread());
    timer_start(&timer, deadline_ns);
    int result = waitq_sleep(queue, lock, WAIT_KILLABLE);
    timer_cancel(&timer);
    return result;
}

bool waitq_is_empty(struct waitq *queue)
{
    bool is_empty = true;
    struct waiter *waiter;
    spin_lock(&queue->lock);
    list_for_each(waiter, &queue->waiters, link)
        is_empty = is_empty && !waiter->thread;
    spin_unlock(&queue->lock);
    return is_empty;
}
