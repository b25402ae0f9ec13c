/*
 * core/ktest_run.c - one test: its seeds, its rounds, its verdict.
 *
 * Each round draws its own seed from the host's seed and the test's name:
 * neither the order nor the choice of tests changes what one of them sees.
 *
 * Tests  kernel/test/core.c
 */
#include "core/ktest_run.h"

#include "arch/x86_64/clock.h"
#include "core/ktest.h"
#include "core/ktest_report.h"
#include "core/ktest_watch.h"
#include "core/lab.h"
#include "core/record.h"
#include "core/trace.h"
#include "lib/format.h"

enum { TIMEOUT_MS = 2000 };

/* FNV-1a: a number that differs for different names. */
static u64 hash_name(const char *name)
{
    u64 hash = 0xcbf29ce484222325u;
    for (; *name; name++)
        hash = (hash ^ (u8)*name) * 0x100000001b3u;
    return hash;
}

static void seed_round(struct ktest_run *t, u64 host_seed, u32 round)
{
    struct random mixer;
    random_seed(&mixer, host_seed ^ hash_name(t->test->name));
    for (u32 i = 0; i <= round; i++)
        t->seed = random_next(&mixer);
    t->round = round;
    random_seed(&t->random, t->seed);
}

/* A stub was called: whatever else went wrong, that is what to say. */
static void check_todo(struct ktest_run *t)
{
    const char *exercise, *function = lab_reached(&exercise);
    if (!function)
        return;
    t->has_failed = true;
    format_string(t->message, sizeof(t->message),
                  "todo: exercise %s: %s() is not written yet", exercise,
                  function);
}

static void run_rounds(struct ktest_run *t, const struct ktest_options *options)
{
    u32 n_rounds = t->test->rounds > 0 ? t->test->rounds : 1;
    u32 timeout_ms = t->test->timeout_ms ? t->test->timeout_ms : TIMEOUT_MS;
    lab_reset();
    ktest_watch_start(t->test, timeout_ms * options->timeout_scale);
    for (u32 i = 0; i < n_rounds && !t->has_failed && !t->is_skipped; i++) {
        seed_round(t, options->seed, i);
        t->test->run(t);
    }
    ktest_watch_stop();
    check_todo(t);
}

/* Tell the host and the people. */
static void give_verdict(const struct ktest_run *t, u64 ns)
{
    const char *name = t->test->name;
    enum ktest_verdict verdict = KTEST_PASSED;
    if (t->has_failed) {
        verdict = KTEST_FAILED;
        record("fail", "%s %s", name, t->message);
    } else if (t->is_skipped) {
        verdict = KTEST_SKIPPED;
        record("skip", "%s %s", name, t->message);
    } else {
        record("pass", "%s ns=%lu", name, ns);
    }
    ktest_report_add(name, verdict, t->message, ns);
}

void ktest_run_one(const struct ktest *test,
                   const struct ktest_options *options)
{
    struct ktest_run t = {.test = test};
    record("start", "%s seed=%lu", test->name, options->seed);
    trace(test->name, options->seed, 0);
    u64 start_ns = clock_now_ns();
    run_rounds(&t, options);
    give_verdict(&t, clock_now_ns() - start_ns);
}

void ktest_fail_unknown(const char *name, const struct ktest_options *options)
{
    struct ktest unknown = {.name = name};
    struct ktest_run t = {
        .test = &unknown,
        .has_failed = true,
        .message = "no such test in this kernel",
    };
    record("start", "%s seed=%lu", name, options->seed);
    give_verdict(&t, 0);
}
