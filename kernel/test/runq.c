/*
 * test/runq.c - the run queue by itself, with threads that never run.
 */
#include "sched/runq.h"

#include "core/ktest.h"
#include "sched/thread.h"

enum { N_DUMMIES = 24, N_OPERATIONS = 600 };

static struct runq runq;
static struct thread dummies[N_DUMMIES];

/* An empty queue, and dummies that are in none. */
static void set_up(void)
{
    runq_init(&runq);
    for (u32 i = 0; i < N_DUMMIES; i++) {
        dummies[i] = (struct thread){.priority = PRIORITY_NORMAL};
        list_init(&dummies[i].ready_link);
    }
}

static long index_of(const struct thread *dummy)
{
    return dummy ? dummy - dummies : -1;
}

/* The most urgent comes first, whatever the order they came in. */
static void test_priority(struct ktest_run *t)
{
    set_up();
    CHECK(t, runq_top(&runq) == -1, "an empty queue has priority %d",
          runq_top(&runq));
    CHECK(t, !runq_pop(&runq), "an empty queue gave a thread");
    for (u32 i = 0; i < N_DUMMIES; i++) {
        dummies[i].priority = (u16)(1 + (i * 7) % (N_PRIORITIES - 1));
        runq_push_back(&runq, &dummies[i]);
    }
    CHECK_EQ(t, runq.n_ready, N_DUMMIES);
    int last = N_PRIORITIES;
    for (u32 i = 0; i < N_DUMMIES; i++) {
        int top = runq_top(&runq);
        struct thread *first = runq_pop(&runq);
        CHECK(t, first, "the queue is empty after %u of %u", i, N_DUMMIES);
        CHECK(t, first->priority == top,
              "runq_top() said %d, runq_pop() "
              "gave priority %u",
              top, first->priority);
        CHECK(t, first->priority <= last, "priority %u came after %d",
              first->priority, last);
        last = first->priority;
    }
    CHECK_EQ(t, runq.n_ready, 0);
    CHECK(t, !runq_pop(&runq), "the queue gave more threads than it got");
}

/* Among equals: first come, first served. */
static void test_fifo(struct ktest_run *t)
{
    set_up();
    for (u32 i = 0; i < 6; i++)
        runq_push_back(&runq, &dummies[i]);
    for (u32 i = 0; i < 6; i++)
        CHECK_EQ(t, index_of(runq_pop(&runq)), i);
}

/* runq_push_front() goes before equals, not before the more urgent. */
static void test_front(struct ktest_run *t)
{
    set_up();
    dummies[3].priority = PRIORITY_HIGH;
    runq_push_back(&runq, &dummies[0]);
    runq_push_back(&runq, &dummies[3]);
    runq_push_front(&runq, &dummies[1]);
    runq_push_back(&runq, &dummies[2]);
    CHECK_EQ(t, index_of(runq_pop(&runq)), 3);
    CHECK_EQ(t, index_of(runq_pop(&runq)), 1);
    CHECK_EQ(t, index_of(runq_pop(&runq)), 0);
    CHECK_EQ(t, index_of(runq_pop(&runq)), 2);
}

/*
 * The model: each dummy in the queue has a key; the largest priority comes
 * first, then the smallest key.  Fronts count down, backs count up.
 */
struct model {
    bool is_in[N_DUMMIES];
    s64 key[N_DUMMIES];
    s64 front, back;
    u32 n;
};

static long model_first(const struct model *m)
{
    long first = -1;
    for (long i = 0; i < N_DUMMIES; i++) {
        if (!m->is_in[i])
            continue;
        if (first < 0 || dummies[i].priority > dummies[first].priority ||
            (dummies[i].priority == dummies[first].priority &&
             m->key[i] < m->key[first]))
            first = i;
    }
    return first;
}

static void push(struct ktest_run *t, struct model *m, u32 i)
{
    dummies[i].priority = (u16)(1 + random_below(&t->random, N_PRIORITIES - 1));
    if (random_below(&t->random, 3) == 0)
        dummies[i].priority = PRIORITY_NORMAL;
    m->is_in[i] = true;
    m->n++;
    if (random_below(&t->random, 4) == 0) {
        m->key[i] = --m->front;
        runq_push_front(&runq, &dummies[i]);
        return;
    }
    m->key[i] = ++m->back;
    runq_push_back(&runq, &dummies[i]);
}

static void pop(struct ktest_run *t, struct model *m)
{
    long want = model_first(m);
    int top = want < 0 ? -1 : dummies[want].priority;
    CHECK_EQ(t, runq_top(&runq), top);
    CHECK_EQ(t, index_of(runq_pop(&runq)), want);
    if (want >= 0) {
        m->is_in[want] = false;
        m->n--;
    }
}

/* Random pushes and pops do what a plain search would do. */
static void test_model(struct ktest_run *t)
{
    static struct model m;
    m = (struct model){};
    set_up();
    for (u32 step = 0; step < N_OPERATIONS && !t->has_failed; step++) {
        u32 i = (u32)random_below(&t->random, N_DUMMIES);
        if (m.is_in[i])
            pop(t, &m);
        else
            push(t, &m, i);
        CHECK_EQ(t, runq.n_ready, m.n);
    }
}

KTEST_SUITE(runq) = {
    {"runq.priority", test_priority, .rounds = 1},
    {"runq.fifo", test_fifo, .rounds = 1},
    {"runq.front", test_front, .rounds = 1},
    {"runq.model", test_model, .rounds = 4},
    {},
};
