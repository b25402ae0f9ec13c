/*
 * sched/worker.h - a thread that does what others ask of it, in order.
 *
 * For work that must sleep but is noticed where one may not: in interrupt
 * handlers, under spinlocks.
 */
#ifndef SCHED_WORKER_H
#define SCHED_WORKER_H

#include "core/spinlock.h"
#include "lib/compiler.h"
#include "lib/list.h"
#include "lib/types.h"
#include "sched/runq.h"
#include "sched/waitq.h"

struct work {
    struct list link;           /* [P] in worker->todo */
    void (*fn)(struct work *w); /* [I] may free the work it is given */
    bool is_queued;             /* [P] */
};

struct worker {
    struct spinlock lock;  /*     RANK_WORKER */
    struct list todo;      /* [L] of struct work */
    struct work *current;  /* [L] being done */
    bool must_end;         /* [L] */
    struct waitq wakeup;   /*     until there is work, or must_end */
    struct waitq quiet;    /*     until there is none */
    struct thread *thread; /* [I] */
};

/* Start a worker with nothing to do.  -ENOMEM without memory. */
int worker_start(struct worker *worker, const char *name,
                 enum priority priority) MUST_CHECK;

/* Make it work that calls fn. */
void work_init(struct work *work, void (*fn)(struct work *w));

/* Do it soon.  False, and nothing done, if it waits in the queue already. */
bool worker_add(struct worker *worker, struct work *work);

/* Sleep until everything asked for before is done. */
void worker_flush(struct worker *worker);

/* Do what is left, then end the thread. */
void worker_stop(struct worker *worker);

#endif
