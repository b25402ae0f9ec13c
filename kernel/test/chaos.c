/*
 * test/chaos.c - the same seed makes the same mess.
 */
#include "sched/chaos.h"

#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/string.h"
#include "sched/preempt.h"
#include "test/crew.h"

enum { N_STEPS = 30 };

static int wander(void *arg)
{
    for (u32 i = 0; i < N_STEPS; i++) {
        crew_log(*(const char *)arg);
        chaos_point();
    }
    return 0;
}

/* Run three threads under chaos; their order goes to text[]. */
static void run_with(struct ktest_run *t, u64 seed, char *text)
{
    static const char names[] = "abc";
    struct thread *threads[3];
    crew_log_clear();
    preempt_set_mode(PREEMPT_NEVER); /* the timer would add its own */
    chaos_start(seed, 3);
    for (u32 i = 0; i < 3; i++)
        threads[i] =
            crew_start(t, "wander", wander, (void *)&names[i], PRIORITY_NORMAL);
    for (u32 i = 0; i < 3; i++)
        crew_wait(threads[i]);
    chaos_stop();
    preempt_set_mode(PREEMPT_ALWAYS);
    string_copy(text, crew_log_text(), 3 * N_STEPS + 1);
}

static void test_seed(struct ktest_run *t)
{
    static char first[3 * N_STEPS + 1], again[3 * N_STEPS + 1],
        other[3 * N_STEPS + 1];
    if (n_cpus > 1) {
        ktest_skip(t, "other CPUs draw from the same numbers");
        return;
    }
    run_with(t, t->seed, first);
    run_with(t, t->seed, again);
    run_with(t, t->seed + 1, other);
    CHECK(t, strcmp(first, again) == 0, "one seed, two orders: %s and %s",
          first, again);
    CHECK(t, strcmp(first, other) != 0, "two seeds, one order: %s", first);
    ktest_note(t, "order=%s", first);
}

KTEST_SUITE(chaos) = {
    {"chaos.seed", test_seed, .rounds = 2},
    {},
};
