/*
 * test/worker.c - work that others do.
 */
#include "sched/worker.h"

#include "arch/x86_64/clock.h"
#include "core/ktest.h"
#include "lib/atomic.h"
#include "lib/string.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "test/crew.h"

struct job {
    struct work work;
    char letter;
};

static void log_letter(struct work *work)
{
    crew_log(container_of(work, struct job, work)->letter);
}

static u32 gate_is_open; /* [A] */

/* Keep the worker from its other work for a while. */
static void wait_at_gate(struct work *work)
{
    while (!atomic_load(&gate_is_open))
        sched_yield();
}

/* In order, each once, and all before flush and stop come back. */
static void test_order(struct ktest_run *t)
{
    static struct worker worker;
    static struct job jobs[4];
    static struct work gate;
    crew_log_clear();
    atomic_store(&gate_is_open, 0);
    CHECK_EQ(t, worker_start(&worker, "test worker", PRIORITY_NORMAL), 0);
    for (u32 i = 0; i < 4; i++) {
        jobs[i].letter = (char)('a' + i);
        work_init(&jobs[i].work, log_letter);
    }
    work_init(&gate, wait_at_gate);
    worker_add(&worker, &gate);
    CHECK(t, worker_add(&worker, &jobs[0].work), "new work was refused");
    CHECK(t, !worker_add(&worker, &jobs[0].work), "work was queued twice");
    worker_add(&worker, &jobs[1].work);
    atomic_store(&gate_is_open, 1);
    worker_flush(&worker);
    bool is_flushed = strcmp(crew_log_text(), "ab") == 0;
    worker_add(&worker, &jobs[2].work);
    worker_add(&worker, &jobs[3].work);
    worker_add(&worker, &jobs[0].work);
    worker_stop(&worker);
    CHECK(t, is_flushed, "worker_flush() came back too early");
    CHECK(t, strcmp(crew_log_text(), "abcda") == 0,
          "expected the order abcda, saw %s", crew_log_text());
}

/* A timer's function may not sleep, but may ask a worker to. */
struct relay {
    struct worker worker;
    struct work work;
    struct timer timer;
    u64 slept_until_ns; /* [A] */
};

static void sleep_then_note(struct work *work)
{
    struct relay *relay = container_of(work, struct relay, work);
    sleep_ns(1000000);
    atomic_store(&relay->slept_until_ns, clock_now_ns());
}

static void on_timer(void *arg)
{
    struct relay *relay = arg;
    worker_add(&relay->worker, &relay->work);
}

static void test_from_timer(struct ktest_run *t)
{
    static struct relay relay;
    CHECK_EQ(t, worker_start(&relay.worker, "relay", PRIORITY_HIGH), 0);
    work_init(&relay.work, sleep_then_note);
    timer_setup(&relay.timer, on_timer, &relay);
    u64 start_ns = clock_now_ns();
    relay.slept_until_ns = 0;
    timer_start(&relay.timer, start_ns + 2000000);
    while (atomic_load(&relay.slept_until_ns) == 0)
        sleep_ns(1000000);
    worker_stop(&relay.worker);
    CHECK(t, relay.slept_until_ns >= start_ns + 3000000,
          "the work did not sleep");
}

KTEST_SUITE(worker) = {
    {"worker.order", test_order, .rounds = 1},
    {"worker.from_timer", test_from_timer, .rounds = 1},
    {},
};
