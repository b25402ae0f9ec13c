/*
 * sched/runq.h - the threads that could run, if only the CPU were free.
 *
 * One list a priority.  The most urgent thread comes out first; among equals
 * the one that waits longest.  Every operation takes the same few steps, no
 * matter how many threads wait.  The caller holds the lock that guards it.
 */
#ifndef SCHED_RUNQ_H
#define SCHED_RUNQ_H

#include "lib/compiler.h"
#include "lib/list.h"
#include "lib/types.h"

struct thread;

/* Larger is more urgent.  Idle threads never stand in a queue. */
enum priority {
    PRIORITY_IDLE = 0,
    PRIORITY_LOW = 8,
    PRIORITY_NORMAL = 16,
    PRIORITY_HIGH = 24,
    N_PRIORITIES = 32,
};

struct runq {
    u32 bitmap;                      /* [P] bit p: ready[p] is not empty */
    u32 n_ready;                     /* [P] threads in here */
    struct list ready[N_PRIORITIES]; /* [P] by thread->ready_link */
};

/* Make it empty. */
void runq_init(struct runq *rq);

/* Add a thread that is in no queue, behind all others of its priority. */
void runq_push_back(struct runq *rq, struct thread *t);

/* The same, before all others of its priority. */
void runq_push_front(struct runq *rq, struct thread *t);

/* Take out the most urgent thread, of several the first; NULL if empty. */
struct thread *runq_pop(struct runq *rq);

/* The priority of what runq_pop() would give, or -1 if empty. */
int runq_top(const struct runq *rq);

#endif
