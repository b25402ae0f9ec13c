/*
 * test_runq.c - the run queue against a plain search, in millions of steps.
 *
 * Sources: sched/runq.c
 */
#include "sched/runq.h"
#include "sched/thread.h"
#include "unit.h"

enum { N_THREADS = 200, N_STEPS = 40000 };

static struct runq runq;
static struct thread threads[N_THREADS];
static long key[N_THREADS]; /* 0: not in the queue; else its place */
static long front, back;

/* The most urgent thread in the queue, of several the one with the smallest
 * key; NULL if it is empty. */
static struct thread *search(void)
{
    struct thread *found = NULL;
    for (u32 i = 0; i < N_THREADS; i++) {
        if (key[i] == 0)
            continue;
        if (!found || threads[i].priority > found->priority ||
            (threads[i].priority == found->priority &&
             key[i] < key[found - threads]))
            found = &threads[i];
    }
    return found;
}

static void push(struct random *random, u32 i)
{
    threads[i].priority = (u16)(1 + random_below(random, N_PRIORITIES - 1));
    if (random_below(random, 2)) {
        key[i] = --front;
        runq_push_front(&runq, &threads[i]);
    } else {
        key[i] = ++back;
        runq_push_back(&runq, &threads[i]);
    }
}

static void pop(void)
{
    struct thread *want = search();
    EXPECT_EQ(runq_top(&runq), want ? want->priority : -1);
    EXPECT(runq_pop(&runq) == want, "not the most urgent, or not the first");
    if (want)
        key[want - threads] = 0;
}

static void run(u64 seed)
{
    struct random random;
    unit_case("seed %llu", (unsigned long long)seed);
    random_seed(&random, seed);
    runq_init(&runq);
    front = back = 0;
    for (u32 i = 0; i < N_THREADS; i++) {
        list_init(&threads[i].ready_link);
        key[i] = 0;
    }
    u32 n = 0;
    for (u32 step = 0; step < N_STEPS; step++) {
        u32 i = (u32)random_below(&random, N_THREADS);
        if (key[i] == 0 && random_below(&random, 2)) {
            push(&random, i);
            n++;
        } else {
            pop();
            n -= n > 0;
        }
        EXPECT_EQ(runq.n_ready, n);
    }
}

/* What a student's mistake must run into at once. */
static void test_asserts(void)
{
    unit_case("asserts");
    runq_init(&runq);
    threads[0].priority = PRIORITY_NORMAL;
    list_init(&threads[0].ready_link);
    threads[1].priority = N_PRIORITIES;
    list_init(&threads[1].ready_link);
    EXPECT_PANIC(runq_push_back(&runq, &threads[1]));
    threads[1].priority = PRIORITY_NORMAL;
    runq_push_back(&runq, &threads[0]);
    runq_push_back(&runq, &threads[1]);
    EXPECT_PANIC(runq_push_back(&runq, &threads[0]));
}

int main(int argc, char **argv)
{
    u64 n_seeds = unit_has_option(argc, argv, "--long") ? 100 : 5;
    for (u64 seed = 1; seed <= n_seeds; seed++)
        run(seed);
    test_asserts();
    return 0;
}
