/*
 * sched/waitq.h - the one way to sleep: until a condition holds.
 *
 *     spin_lock(&pipe->lock);
 *     err = wait_until(&pipe->readers, &pipe->lock, pipe->len > 0);
 *     ...                                 // the lock is held again
 *     spin_unlock(&pipe->lock);
 *
 * The lock guards what the condition looks at.  Whoever changes that holds the
 * lock too, and then wakes the queue.  Since a sleeper stands in the queue
 * before it gives up the lock, no change can slip through in between: a
 * wake-up is never lost.
 */
#ifndef SCHED_WAITQ_H
#define SCHED_WAITQ_H

#include "abi/errno.h"
#include "core/spinlock.h"
#include "lib/compiler.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/deadlock.h"

struct thread;

struct waitq {
    struct spinlock lock;  /*     RANK_WAIT_QUEUE */
    struct list waiters;   /* [L] of struct waiter, first come first */
    struct thread **owner; /* [I] who will wake it, or NULL: not known */
};

/* A sleeper in a queue; lives on the sleeper's stack. */
struct waiter {
    struct list link; /* [P] unlinked once woken */
    struct thread *thread;
};

enum wait_mode {
    WAIT_KILLABLE, /* thread_kill() ends it with -EINTR */
    WAIT_FIRMLY,   /* nothing but a wake-up ends it: locks */
};

#define WAITQ_INIT(queue, queue_name)                       \
    {                                                       \
        .lock = SPINLOCK_INIT(queue_name, RANK_WAIT_QUEUE), \
        .waiters = LIST_INIT((queue).waiters)               \
    }

/* Make it an empty queue. */
static inline void waitq_init(struct waitq *queue, const char *name)
{
    spin_init(&queue->lock, name, RANK_WAIT_QUEUE);
    list_init(&queue->waiters);
    queue->owner = NULL;
}

/*
 * Sleep until `condition` holds.  `lock`, a spinlock, is held by the caller
 * and whenever the condition is looked at.  0: it holds.  -EINTR: it does not,
 * and this thread was killed.
 */
#define wait_until(queue, lock, condition) \
    WAIT_LOOP(queue, condition, waitq_sleep(queue, lock, WAIT_KILLABLE))

/* The same, no longer than to clock time `deadline_ns`: then -ETIMEDOUT. */
#define wait_until_deadline(queue, lock, condition, deadline_ns) \
    WAIT_LOOP(queue, condition, waitq_sleep_deadline(queue, lock, deadline_ns))

/* The same, for as long as it takes, killed or not: always 0. */
#define wait_firmly(queue, lock, condition) \
    WAIT_LOOP(queue, condition, waitq_sleep(queue, lock, WAIT_FIRMLY))

/* Let the thread that came first go on; the thread, or NULL: nobody sleeps.
 * With the lock of the condition held, it can't have looked at it yet. */
struct thread *waitq_wake_one(struct waitq *queue);

/* Let all of them go on, in the order they came. */
void waitq_wake_all(struct waitq *queue);

/* Whether nobody stands in the queue.  Who comes and goes meanwhile, only the
 * lock of the condition can say. */
bool waitq_is_empty(struct waitq *queue);

/*
 * For the macros above; nobody else calls these.
 *
 * Join the queue, release `lock`, sleep, take `lock` again.  0 if woken;
 * -EINTR if killed, and mode allows it.
 */
int waitq_sleep(struct waitq *queue, struct spinlock *lock,
                enum wait_mode mode);

/* The same, killable, and ended by -ETIMEDOUT at clock time `deadline_ns`. */
int waitq_sleep_deadline(struct waitq *queue, struct spinlock *lock,
                         u64 deadline_ns);

#define WAIT_LOOP(queue, condition, sleep) \
    ({                                     \
        int wait_err_ = 0;                 \
        for (;;) {                         \
            if (condition) {               \
                wait_err_ = 0;             \
                break;                     \
            }                              \
            if (wait_err_)                 \
                break;                     \
            deadlock_note_wait(queue);     \
            wait_err_ = (sleep);           \
            deadlock_note_end();           \
        }                                  \
        wait_err_;                         \
    })

#endif
