/*
 * test/mutex.c - who has a mutex, and who gets it next.
 */
#include "sched/mutex.h"

#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/atomic.h"
#include "lib/string.h"
#include "sched/chaos.h"
#include "sched/deadlock.h"
#include "sched/preempt.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "test/crew.h"

enum { N_RIVALS = 4, N_VISITS = 25 };

static struct mutex mutex;
static u32 n_inside;  /* written inside of the mutex */
static u32 n_visits;  /* likewise */
static u32 n_crowded; /* times that somebody was not alone inside */

static int visit(void *arg)
{
    for (u32 i = 0; i < N_VISITS; i++) {
        mutex_lock(&mutex);
        if (n_inside++ != 0)
            n_crowded++;
        u32 n = n_visits;
        sched_yield();
        n_visits = n + 1;
        n_inside--;
        mutex_unlock(&mutex);
    }
    return 0;
}

/* One at a time, whatever the seed does to the order. */
static void test_exclusion(struct ktest_run *t)
{
    struct thread *rivals[N_RIVALS];
    mutex_init(&mutex, "exclusion");
    n_inside = n_visits = n_crowded = 0;
    chaos_start(t->seed, 2 + t->round % 4);
    for (u32 i = 0; i < N_RIVALS; i++)
        rivals[i] = crew_start(t, "rival", visit, NULL, PRIORITY_NORMAL);
    for (u32 i = 0; i < N_RIVALS; i++)
        if (rivals[i])
            thread_join(rivals[i]);
    chaos_stop();
    CHECK(t, n_crowded == 0, "%u times somebody was inside already", n_crowded);
    CHECK_EQ(t, n_visits, N_RIVALS * N_VISITS);
    CHECK(t, !mutex.owner, "the mutex still has an owner");
}

struct rival {
    char letter;
    struct thread *thread;
};

static struct rival rivals[N_RIVALS];

static int enter_once(void *arg)
{
    struct rival *r = arg;
    mutex_lock(&mutex);
    crew_log(r->letter);
    mutex_unlock(&mutex);
    return 0;
}

/* Start rivals a, b, c...; being urgent, they wait when this ends. */
static void start_rivals(struct ktest_run *t)
{
    crew_log_clear();
    for (u32 i = 0; i < N_RIVALS; i++) {
        rivals[i].letter = (char)('a' + i);
        rivals[i].thread =
            crew_start(t, "rival", enter_once, &rivals[i], PRIORITY_HIGH);
    }
}

static u32 count_asleep(void)
{
    u32 n = 0;
    for (u32 i = 0; i < N_RIVALS; i++)
        n += rivals[i].thread->state == THREAD_SLEEPING;
    return n;
}

static void join_rivals(void)
{
    for (u32 i = 0; i < N_RIVALS; i++)
        thread_join(rivals[i].thread);
}

/* The mutex goes round in the order they came. */
static void test_fifo(struct ktest_run *t)
{
    mutex_init(&mutex, "fifo");
    mutex_lock(&mutex);
    start_rivals(t);
    bool was_alone = strcmp(crew_log_text(), "") == 0;
    u32 n_asleep = count_asleep();
    mutex_unlock(&mutex);
    join_rivals();
    CHECK(t, was_alone, "somebody went into a mutex that was held");
    CHECK(t, n_asleep == N_RIVALS,
          "%u of %u threads slept while the mutex "
          "was held by another",
          n_asleep, N_RIVALS);
    CHECK(t, strcmp(crew_log_text(), "abcd") == 0,
          "expected the order abcd, saw %s", crew_log_text());
}

/* Unlocking makes the first waiter the owner, and wakes nobody else. */
static NO_LOCK_CHECK void test_handover(struct ktest_run *t)
{
    mutex_init(&mutex, "handover");
    mutex_lock(&mutex);
    start_rivals(t);
    preempt_set_mode(PREEMPT_NEVER);
    mutex_unlock(&mutex);
    struct thread *owner = mutex.owner;
    bool did_barge = mutex_try(&mutex);
    u32 n_asleep = count_asleep();
    if (did_barge)
        mutex_unlock(&mutex);
    preempt_set_mode(PREEMPT_ALWAYS);
    join_rivals();
    CHECK(t, !did_barge, "a newcomer got the mutex before those who waited");
    CHECK(t, owner == rivals[0].thread, "the first waiter is not the owner");
    CHECK(t, n_asleep == N_RIVALS - 1,
          "%u of %u waiters sleep on after one "
          "unlock",
          n_asleep, N_RIVALS);
}

/* Tries, and says what came of it. */
static NO_LOCK_CHECK int try_once(void *arg)
{
    bool got_it = mutex_try(&mutex);
    if (got_it)
        mutex_unlock(&mutex);
    return got_it;
}

/* Trying never waits, and takes only what is free. */
static NO_LOCK_CHECK void test_try(struct ktest_run *t)
{
    mutex_init(&mutex, "try");
    CHECK(t, mutex_try(&mutex), "a free mutex was not to be had");
    CHECK(t, mutex_held(&mutex), "mutex_try() said true, but we do not own it");
    struct thread *other = crew_start(t, "try", try_once, NULL, PRIORITY_HIGH);
    CHECK(t, other, "no second thread");
    bool did_wait = other->state == THREAD_SLEEPING;
    mutex_unlock(&mutex);
    int got_it = thread_join(other);
    CHECK(t, !did_wait, "mutex_try() waited for a mutex that was held");
    CHECK(t, !got_it, "mutex_try() got a mutex that was held");
    CHECK(t, !mutex.owner, "the mutex still has an owner");
}

static NO_LOCK_CHECK int lock_killable(void *arg)
{
    int err = mutex_lock_killable(&mutex);
    if (!err)
        mutex_unlock(&mutex);
    return err;
}

/* A killed thread gives up waiting, if it said that it might. */
static NO_LOCK_CHECK void test_kill(struct ktest_run *t)
{
    mutex_init(&mutex, "kill");
    mutex_lock(&mutex);
    struct thread *killed =
        crew_start(t, "killed", lock_killable, NULL, PRIORITY_HIGH);
    struct thread *firm =
        crew_start(t, "firm", enter_once, &rivals[0], PRIORITY_HIGH);
    CHECK(t, killed && firm, "no threads");
    thread_kill(killed);
    thread_kill(firm);
    bool is_firm = !thread_is_gone(firm);
    int err = thread_join(killed);
    mutex_unlock(&mutex);
    thread_join(firm);
    CHECK(t, err == -EINTR, "expected -EINTR, saw %d", err);
    CHECK(t, is_firm, "mutex_lock() gave up because of a kill");
    CHECK(t, !mutex.owner, "the mutex went to a thread that had given up");
}

/*
 * Two threads, two mutexes, taken in opposite order.
 */
static struct mutex forks[2];
static u32 n_holding; /* [A] threads that have their first fork */

static int dine(void *arg)
{
    u32 mine = *(const u32 *)arg;
    mutex_lock(&forks[mine]);
    atomic_add(&n_holding, 1);
    while (atomic_load(&n_holding) < 2)
        sched_yield();
    int err = mutex_lock_killable(&forks[1 - mine]);
    if (!err)
        mutex_unlock(&forks[1 - mine]);
    mutex_unlock(&forks[mine]);
    return err;
}

/* The kernel sees it, says so, and a kill resolves it. */
static void test_deadlock(struct ktest_run *t)
{
    static const u32 names[] = {0, 1};
    u32 n_before = deadlock_count();
    mutex_init(&forks[0], "left fork");
    mutex_init(&forks[1], "right fork");
    n_holding = 0;
    struct thread *a = crew_start(t, "philosopher 0", dine, (void *)&names[0],
                                  PRIORITY_NORMAL);
    struct thread *b = crew_start(t, "philosopher 1", dine, (void *)&names[1],
                                  PRIORITY_NORMAL);
    CHECK(t, a && b, "no philosophers");
    for (u32 i = 0; i < 100 && deadlock_count() == n_before; i++)
        CHECK_EQ(t, sleep_ns(1000000), 0);
    CHECK_EQ(t, sleep_ns(1000000), 0);
    u32 n_cycles = deadlock_count() - n_before;
    bool are_stuck = a->state == THREAD_SLEEPING && b->state == THREAD_SLEEPING;
    thread_kill(a);
    int a_err = thread_join(a), b_err = thread_join(b);
    CHECK(t, are_stuck,
          "both hold one mutex and want the other's: they "
          "should sleep");
    CHECK(t, n_cycles == 1, "%u deadlocks were reported instead of 1",
          n_cycles);
    CHECK(t, a_err == -EINTR && b_err == 0, "after the kill: %d and %d", a_err,
          b_err);
}

KTEST_SUITE(mutex) = {
    {"mutex.exclusion", test_exclusion, .rounds = 20},
    {"mutex.fifo", test_fifo, .rounds = 1},
    {"mutex.handover", test_handover, .rounds = 1},
    {"mutex.try", test_try, .rounds = 1},
    {"mutex.kill", test_kill, .rounds = 1},
    {"mutex.deadlock", test_deadlock, .rounds = 1},
    {},
};
