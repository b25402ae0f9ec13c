/*
 * test/deadline.c - sleep that ends by itself, or by a kill.
 */
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "sched/preempt.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "test/crew.h"

#define MS ((u64)1000000)

static struct spinlock lock = SPINLOCK_INIT("deadline test", RANK_TEST);
static struct waitq queue = WAITQ_INIT(queue, "deadline test");
static bool is_so; /* under lock */

/* How one thread's wait went. */
struct waiting {
    u64 deadline_ns; /* 0: none */
    int err;
    u64 ended_ns;
    struct thread *thread;
};

static int wait_for_it(void *arg)
{
    struct waiting *w = arg;
    spin_lock(&lock);
    if (w->deadline_ns)
        w->err = wait_until_deadline(&queue, &lock, is_so, w->deadline_ns);
    else
        w->err = wait_until(&queue, &lock, is_so);
    spin_unlock(&lock);
    w->ended_ns = clock_now_ns();
    return 0;
}

/* Being urgent, it is asleep when this ends. */
static bool start_waiting(struct ktest_run *t, struct waiting *w, u64 for_ns)
{
    *w = (struct waiting){.err = 1};
    w->deadline_ns = for_ns ? clock_now_ns() + for_ns : 0;
    w->thread = crew_start(t, "waiting", wait_for_it, w, PRIORITY_HIGH);
    return w->thread != NULL;
}

static struct thread *make_it_so(void)
{
    spin_lock(&lock);
    is_so = true;
    struct thread *woken = waitq_wake_one(&queue);
    spin_unlock(&lock);
    return woken;
}

/* Nobody wakes it: -ETIMEDOUT, not before the time, and not long after. */
static void test_timeout(struct ktest_run *t)
{
    struct waiting w;
    u64 for_ns = (1 + random_below(&t->random, 30)) * MS;
    is_so = false;
    if (!start_waiting(t, &w, for_ns))
        return;
    thread_join(w.thread);
    CHECK(t, w.err == -ETIMEDOUT, "expected -ETIMEDOUT, saw %d", w.err);
    CHECK(t, w.ended_ns >= w.deadline_ns, "woke %lu us before its deadline",
          (w.deadline_ns - w.ended_ns) / 1000);
    CHECK(t, w.ended_ns < w.deadline_ns + crew_slack_ns(),
          "woke %lu us after its deadline",
          (w.ended_ns - w.deadline_ns) / 1000);
    CHECK(t, waitq_is_empty(&queue), "it is still in the queue");
}

/* Woken in time: 0, and no timer is left behind. */
static void test_in_time(struct ktest_run *t)
{
    struct waiting w;
    u32 n_before = timer_count();
    is_so = false;
    if (!start_waiting(t, &w, 10000 * MS))
        return;
    u32 n_asleep = timer_count();
    make_it_so();
    thread_join(w.thread);
    CHECK(t, w.err == 0, "expected 0, saw %d", w.err);
    CHECK_EQ(t, n_asleep, n_before + 1);
    CHECK(t, timer_count() == n_before,
          "a timer is left that will fire into "
          "a stack that is gone");
    CHECK(t, w.ended_ns < w.deadline_ns, "it slept to its deadline");
}

/* A deadline in the past does not sleep, but still looks. */
static void test_past(struct ktest_run *t)
{
    spin_lock(&lock);
    is_so = false;
    int late = wait_until_deadline(&queue, &lock, is_so, 1);
    is_so = true;
    int fine = wait_until_deadline(&queue, &lock, is_so, 1);
    spin_unlock(&lock);
    CHECK(t, late == -ETIMEDOUT, "expected -ETIMEDOUT, saw %d", late);
    CHECK(t, fine == 0, "the condition holds: expected 0, saw %d", fine);
}

/* A wake-up is not wasted on a thread whose time is up already. */
static void test_stale(struct ktest_run *t)
{
    struct waiting late, patient;
    u64 for_ns = crew_time_is_exact() ? 2 * MS : 50 * MS;
    is_so = false;
    if (!start_waiting(t, &late, for_ns) || !start_waiting(t, &patient, 0))
        return;
    preempt_set_mode(PREEMPT_NEVER); /* the late one can't leave the queue */
    crew_spin(2 * for_ns);
    bool is_late = late.thread->state == THREAD_READY;
    struct thread *woken = make_it_so();
    preempt_set_mode(PREEMPT_ALWAYS);
    if (woken != patient.thread)
        make_it_so(); /* or we would sleep for ever */
    thread_join(late.thread);
    thread_join(patient.thread);
    CHECK(t, is_late, "the deadline did not make its thread ready");
    CHECK(t, woken == patient.thread,
          "the wake-up went to a thread that had "
          "woken already");
    CHECK_EQ(t, patient.err, 0);
}

/* Kill a thread in its sleep, with a deadline far away or (0) without one. */
static void kill_sleeper(struct ktest_run *t, u64 for_ns)
{
    struct waiting w;
    u32 n_timers = timer_count();
    is_so = false;
    if (!start_waiting(t, &w, for_ns))
        return;
    CHECK(t, w.thread->state == THREAD_SLEEPING,
          "a thread in wait_until() is "
          "%s",
          thread_state_name(w.thread->state));
    thread_kill(w.thread);
    thread_join(w.thread);
    CHECK(t, w.err == -EINTR, "expected -EINTR, saw %d", w.err);
    CHECK(t, waitq_is_empty(&queue), "it is still in the queue");
    CHECK(t, timer_count() == n_timers,
          "a timer is left that will fire into a stack that is gone");
}

/* A killed thread's sleep ends by -EINTR. */
static void test_kill(struct ktest_run *t)
{
    kill_sleeper(t, 0);
}

/* Long before its deadline, too. */
static void test_kill_in_time(struct ktest_run *t)
{
    kill_sleeper(t, 10000 * MS);
}

/* Sleep takes as long as was asked for. */
static void test_sleep(struct ktest_run *t)
{
    for (u32 i = 0; i < 5; i++) {
        u64 want_ns = (1 + random_below(&t->random, 20)) * MS;
        u64 start_ns = clock_now_ns();
        CHECK_EQ(t, sleep_ns(want_ns), 0);
        u64 took_ns = clock_now_ns() - start_ns;
        CHECK(t, took_ns >= want_ns && took_ns < want_ns + crew_slack_ns(),
              "sleep of %lu us took %lu us", want_ns / 1000, took_ns / 1000);
    }
}

KTEST_SUITE(deadline) = {
    {"deadline.timeout", test_timeout, .rounds = 3, .timeout_ms = 1000},
    {"deadline.in_time", test_in_time, .rounds = 1},
    {"deadline.past", test_past, .rounds = 1},
    {"deadline.stale", test_stale, .rounds = 1},
    {"deadline.kill", test_kill_in_time, .rounds = 1, .timeout_ms = 20000},
    {"deadline.sleep", test_sleep, .rounds = 1},
    {},
};

/* Not a deadline, and so of an earlier exercise: wait_until() alone. */
KTEST_SUITE(kill) = {
    {"waitq.kill", test_kill, .rounds = 1, .timeout_ms = 1000},
    {},
};
