/*
 * sched/runq.c - the threads that could run, in one sorted list.
 *
 * The most urgent first, equals in the order they came.  Adding a thread looks
 * for its place; everything else is at the front.
 *
 * Invariant  ready[0] is sorted by falling priority, and n_ready long
 * Locks      the caller's
 */
#include "sched/runq.h"

#include "lib/panic.h"
#include "sched/thread.h"

void runq_init(struct runq *rq)
{
    *rq = (struct runq){};
    list_init(&rq->ready[0]);
}

/* Insert before the first thread that is less urgent than `limit`. */
static void insert(struct runq *rq, struct thread *t, unsigned limit)
{
    struct list *where = rq->ready[0].next;
    while (where != &rq->ready[0] &&
           list_entry(where, struct thread, ready_link)->priority >= limit)
        where = where->next;
    list_insert_before(where, &t->ready_link);
    rq->n_ready++;
}

void runq_push_back(struct runq *rq, struct thread *t)
{
    assert(list_is_empty(&t->ready_link));
    insert(rq, t, t->priority);
}

void runq_push_front(struct runq *rq, struct thread *t)
{
    assert(list_is_empty(&t->ready_link));
    insert(rq, t, t->priority + 1u);
}

int runq_top(const struct runq *rq)
{
    if (list_is_empty(&rq->ready[0]))
        return -1;
    return list_first(&rq->ready[0], struct thread, ready_link)->priority;
}

struct thread *runq_pop(struct runq *rq)
{
    struct list *first = list_pop_front(&rq->ready[0]);
    if (!first)
        return NULL;
    rq->n_ready--;
    return list_entry(first, struct thread, ready_link);
}
