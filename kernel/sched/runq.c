/*
 * sched/runq.c - the threads that could run, if only the CPU were free.
 *
 *     bitmap   0 0 0 1 0 ... 0 1 0     bit p says that ready[p] has somebody
 *                    |         |
 *     ready[p]       A         B - C - D
 *
 * Finding the most urgent thread is finding the highest bit: one instruction,
 * however many priorities there are.
 *
 * Invariants  bit p of bitmap is set exactly if ready[p] is not empty
 *             n_ready is the length of all lists together
 * Locks       the caller's
 * Tests       grade/unit/test_runq.c, kernel/test/runq.c
 */
#include "sched/runq.h"

#include "lib/panic.h"
#include "sched/thread.h"

static_assert(N_PRIORITIES <= 32, "one bit of bitmap a priority");

void runq_init(struct runq *rq)
{
    rq->bitmap = 0;
    rq->n_ready = 0;
    for (unsigned p = 0; p < N_PRIORITIES; p++)
        list_init(&rq->ready[p]);
}

/* What both ways of adding a thread have in common. */
static struct list *list_for(struct runq *rq, const struct thread *t)
{
    assert(t->priority > PRIORITY_IDLE && t->priority < N_PRIORITIES);
    assert(list_is_empty(&t->ready_link)); /* else: it would be queued twice */
    rq->bitmap |= 1u << t->priority;
    rq->n_ready++;
    return &rq->ready[t->priority];
}

void runq_push_back(struct runq *rq, struct thread *t)
{
    list_push_back(list_for(rq, t), &t->ready_link);
}

void runq_push_front(struct runq *rq, struct thread *t)
{
    list_push_front(list_for(rq, t), &t->ready_link);
}

int runq_top(const struct runq *rq)
{
    return rq->bitmap ? 31 - __builtin_clz(rq->bitmap) : -1;
}

struct thread *runq_pop(struct runq *rq)
{
    int top = runq_top(rq);
    if (top < 0)
        return NULL;
    struct list *first = list_pop_front(&rq->ready[top]);
    assert(first); /* else: the bitmap lies */
    if (list_is_empty(&rq->ready[top]))
        rq->bitmap &= ~(1u << top);
    rq->n_ready--;
    return list_entry(first, struct thread, ready_link);
}
