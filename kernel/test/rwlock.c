/*
 * test/rwlock.c - readers together, writers alone, nobody starves.
 */
#include "sched/rwlock.h"

#include "core/ktest.h"
#include "lib/string.h"
#include "sched/chaos.h"
#include "test/crew.h"

enum { N_READERS = 3, N_WRITERS = 2, N_VISITS = 20 };

static struct rwlock rw;
static u32 n_reading, n_writing; /* inside, at the moment */
static u32 n_wrong, most_readers;

static int read_often(void *arg)
{
    for (u32 i = 0; i < N_VISITS; i++) {
        rwlock_read(&rw);
        n_reading++;
        n_wrong += n_writing != 0;
        most_readers = n_reading > most_readers ? n_reading : most_readers;
        chaos_point();
        n_reading--;
        rwlock_read_done(&rw);
    }
    return 0;
}

static int write_often(void *arg)
{
    for (u32 i = 0; i < N_VISITS; i++) {
        rwlock_write(&rw);
        n_writing++;
        n_wrong += n_writing != 1 || n_reading != 0;
        chaos_point();
        n_writing--;
        rwlock_write_done(&rw);
    }
    return 0;
}

static void test_exclusion(struct ktest_run *t)
{
    struct thread *threads[N_READERS + N_WRITERS];
    rwlock_init(&rw, "test");
    n_reading = n_writing = n_wrong = most_readers = 0;
    chaos_start(t->seed, 2);
    for (u32 i = 0; i < ARRAY_LEN(threads); i++)
        threads[i] =
            crew_start(t, "rw", i < N_READERS ? read_often : write_often, NULL,
                       PRIORITY_NORMAL);
    for (u32 i = 0; i < ARRAY_LEN(threads); i++)
        if (threads[i])
            thread_join(threads[i]);
    chaos_stop();
    CHECK(t, n_wrong == 0, "%u times the wrong ones met inside", n_wrong);
    CHECK(t, most_readers > 1, "readers never shared the lock");
}

static int read_once(void *arg)
{
    rwlock_read(&rw);
    crew_log('r');
    rwlock_read_done(&rw);
    return 0;
}

static int write_once(void *arg)
{
    rwlock_write(&rw);
    crew_log('w');
    rwlock_write_done(&rw);
    return 0;
}

/* A reader that comes after a waiting writer goes in after it. */
static void test_order(struct ktest_run *t)
{
    static thread_entry *const entries[] = {read_once, write_once, read_once,
                                            write_once};
    struct thread *threads[ARRAY_LEN(entries)];
    rwlock_init(&rw, "test");
    crew_log_clear();
    rwlock_read(&rw);
    for (u32 i = 0; i < ARRAY_LEN(entries); i++)
        threads[i] = crew_start(t, "rw", entries[i], NULL, PRIORITY_HIGH);
    bool was_shared = strcmp(crew_log_text(), "r") == 0;
    rwlock_read_done(&rw);
    for (u32 i = 0; i < ARRAY_LEN(entries); i++)
        if (threads[i])
            thread_join(threads[i]);
    CHECK(t, was_shared,
          "a reader should go in beside another, and nobody "
          "past the writer that waits: expected r, saw %s",
          crew_log_text());
    CHECK(t, strcmp(crew_log_text(), "rwrw") == 0,
          "expected the order rwrw, saw %s", crew_log_text());
}

KTEST_SUITE(rwlock) = {
    {"rwlock.exclusion", test_exclusion, .rounds = 8},
    {"rwlock.order", test_order, .rounds = 1},
    {},
};
