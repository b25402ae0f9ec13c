/*
 * test/thread.c - threads begin, end, and leave nothing behind.
 */
#include "sched/thread.h"

#include "core/ktest.h"
#include "lib/atomic.h"
#include "lib/err.h"
#include "mm/page.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "test/crew.h"
#include "test/pt_fixture.h"

enum { N_AT_ONCE = 100, N_BATCHES = 10 };

static u32 n_ended; /* [A] */

static int end_with(void *arg)
{
    atomic_add(&n_ended, 1);
    return (int)(long)arg;
}

static int exit_with(void *arg)
{
    thread_exit((int)(long)arg);
}

/* A joiner sleeps until the end, and gets the status. */
static void test_join(struct ktest_run *t)
{
    struct thread *a =
        crew_start(t, "return", end_with, (void *)7, PRIORITY_LOW);
    struct thread *b =
        crew_start(t, "exit", exit_with, (void *)9, PRIORITY_LOW);
    CHECK(t, a && b, "no threads");
    CHECK(t, !thread_is_gone(a), "it ended before it could run");
    CHECK_EQ(t, thread_join(b), 9);
    CHECK_EQ(t, thread_join(a), 7);
}

/* Whoever ended first can still be joined. */
static void test_late_join(struct ktest_run *t)
{
    struct thread *a =
        crew_start(t, "early", end_with, (void *)3, PRIORITY_HIGH);
    CHECK(t, a, "no thread");
    CHECK(t, thread_is_gone(a), "an urgent thread has not ended");
    CHECK_EQ(t, thread_join(a), 3);
}

static void run_batch(struct ktest_run *t)
{
    static struct thread *threads[N_AT_ONCE];
    for (u32 i = 0; i < N_AT_ONCE; i++)
        threads[i] = crew_start(t, "one of many", end_with, (void *)(long)i,
                                PRIORITY_NORMAL);
    for (u32 i = 0; i < N_AT_ONCE; i++)
        if (threads[i])
            CHECK_EQ(t, thread_join(threads[i]), i);
}

/* A thousand threads, and every frame comes back. */
static void test_stress(struct ktest_run *t)
{
    run_batch(t); /* caches grow to their size */
    atomic_store(&n_ended, 0);
    size_t n_free = page_count_free();
    for (u32 i = 0; i < N_BATCHES && !t->has_failed; i++)
        run_batch(t);
    CHECK_EQ(t, n_ended, N_AT_ONCE * N_BATCHES);
    CHECK(t, page_count_free() == n_free,
          "%lu frames were free before 1000 "
          "threads, %lu after them",
          n_free, page_count_free());
}

/* Detached threads are freed without a joiner. */
static void test_detach(struct ktest_run *t)
{
    run_batch(t);
    atomic_store(&n_ended, 0);
    size_t n_free = page_count_free();
    for (u32 i = 0; i < 20; i++) {
        struct thread *thread =
            crew_start(t, "detached", end_with, NULL, PRIORITY_NORMAL);
        CHECK(t, thread, "no thread");
        thread_detach(thread);
    }
    while (atomic_load(&n_ended) < 20)
        CHECK_EQ(t, sleep_ns(1000000), 0);
    for (u32 i = 0; i < 1000 && page_count_free() != n_free; i++)
        CHECK_EQ(t, sleep_ns(1000000), 0); /* idle threads reap */
    CHECK(t, page_count_free() == n_free,
          "%lu frames were free before, %lu "
          "after detached threads",
          n_free, page_count_free());
}

/* Without memory for a stack: an error, and nothing lost. */
static void test_no_memory(struct ktest_run *t)
{
    if (!pt_can_hoard(t))
        return;
    struct list taken = LIST_INIT(taken);
    run_batch(t);
    size_t n_free = page_count_free();
    struct page *page;
    while ((page = page_alloc(0, PAGE_ANY)))
        list_push_back(&taken, &page->link);
    struct thread *thread =
        thread_create("nobody", end_with, NULL, PRIORITY_NORMAL);
    struct list *link;
    while ((link = list_pop_front(&taken)))
        page_put(list_entry(link, struct page, link));
    CHECK(t, is_err(thread) && ptr_err(thread) == -ENOMEM,
          "a thread was made without memory");
    CHECK_EQ(t, page_count_free(), n_free);
}

KTEST_SUITE(thread) = {
    {"thread.join", test_join, .rounds = 1},
    {"thread.late_join", test_late_join, .rounds = 1},
    {"thread.stress", test_stress, .rounds = 1},
    {"thread.detach", test_detach, .rounds = 1},
    {"thread.no_memory", test_no_memory, .rounds = 1},
    {},
};
