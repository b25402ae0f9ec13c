/*
 * test/smp_sched.c - threads on several CPUs at once.
 *
 * These run in real time, CPUs truly in parallel: they judge results, never
 * how long something took.
 */
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "core/tick.h"
#include "lib/atomic.h"
#include "lib/err.h"
#include "sched/chaos.h"
#include "sched/mutex.h"
#include "sched/sched.h"
#include "test/crew.h"

enum { N_PINGS = 25, N_VISITS = 100, N_SHORT = 64, PATIENCE_MS = 5000 };

#define MS ((u64)1000000)

static u32 n_here;    /* [A] threads that have come to the meeting */
static u32 seen_cpus; /* [A] bit n: somebody was on CPU n */

static void note_cpu(void)
{
    irq_push_off();
    atomic_or(&seen_cpus, 1u << this_cpu()->id);
    irq_pop_off();
}

/* Whether this machine has the CPUs for a test; else it is skipped. */
static bool has_cpus(struct ktest_run *t)
{
    if (n_cpus < 2)
        ktest_skip(t, "needs two CPUs");
    return n_cpus >= 2;
}

/* Wait, without giving up the CPU, until everybody is here. */
static int meet(void *arg)
{
    u64 end_ns = clock_now_ns() + PATIENCE_MS * MS;
    note_cpu();
    atomic_add(&n_here, 1);
    while (atomic_load(&n_here) < n_cpus) {
        if (clock_now_ns() > end_ns)
            return 0;
        cpu_relax();
    }
    return 1;
}

/* Every CPU runs a thread of its own, all at the same time. */
static void test_parallel(struct ktest_run *t)
{
    struct thread *threads[MAX_CPUS];
    if (!has_cpus(t))
        return;
    n_here = seen_cpus = 0;
    for (u32 i = 0; i < n_cpus; i++)
        threads[i] = crew_start_on(t, i, "meet", meet, NULL, PRIORITY_NORMAL);
    u32 n_met = 0;
    for (u32 i = 0; i < n_cpus; i++)
        n_met += threads[i] ? (u32)thread_join(threads[i]) : 0;
    CHECK(t, n_met == n_cpus,
          "%u threads on %u CPUs: only %u ran at the same time", n_cpus, n_cpus,
          n_met);
    CHECK_EQ(t, seen_cpus, (1u << n_cpus) - 1);
}

/*
 * Ping-pong between threads that are bound to different CPUs.
 */
static struct spinlock lock = SPINLOCK_INIT("smp test", RANK_TEST);
static struct waitq queue = WAITQ_INIT(queue, "smp test");
static u32 turn; /* under lock */

static int ping(void *arg)
{
    u32 me = (u32)(long)arg, n_strayed = 0;
    for (u32 i = 0; i < N_PINGS; i++) {
        spin_lock(&lock);
        wait_until(&queue, &lock, turn == me);
        n_strayed += this_cpu()->id != me;
        turn = (me + 1) % n_cpus;
        waitq_wake_all(&queue);
        spin_unlock(&lock);
    }
    return (int)n_strayed;
}

static void test_wake(struct ktest_run *t)
{
    struct thread *threads[MAX_CPUS];
    if (!has_cpus(t))
        return;
    turn = 0;
    for (u32 i = 0; i < n_cpus; i++)
        threads[i] =
            crew_start_on(t, i, "ping", ping, (void *)(long)i, PRIORITY_NORMAL);
    u32 n_strayed = 0;
    for (u32 i = 0; i < n_cpus; i++)
        n_strayed += threads[i] ? (u32)thread_join(threads[i]) : 0;
    CHECK(t, n_strayed == 0,
          "a thread ran %u times on a CPU that it may not "
          "run on",
          n_strayed);
    CHECK_EQ(t, turn, 0);
}

/*
 * A counter under a mutex, from everywhere.
 */
static struct mutex mutex;
static u64 n_visits; /* under mutex */

static int visit(void *arg)
{
    for (u32 i = 0; i < N_VISITS; i++) {
        mutex_lock(&mutex);
        u64 n = n_visits;
        chaos_point();
        n_visits = n + 1;
        mutex_unlock(&mutex);
    }
    return 0;
}

static void test_counter(struct ktest_run *t)
{
    struct thread *threads[2 * MAX_CPUS];
    if (!has_cpus(t))
        return;
    mutex_init(&mutex, "counter");
    n_visits = 0;
    chaos_start(t->seed, 5);
    for (u32 i = 0; i < 2 * n_cpus; i++)
        threads[i] =
            crew_start_on(t, CPU_ANY, "visit", visit, NULL, PRIORITY_NORMAL);
    for (u32 i = 0; i < 2 * n_cpus; i++)
        if (threads[i])
            thread_join(threads[i]);
    chaos_stop();
    CHECK_EQ(t, n_visits, 2 * n_cpus * N_VISITS);
}

/* Spin, and tell where, until somebody was on another CPU than `arg`. */
static int spin_awhile(void *arg)
{
    u32 here = 1u << (u32)(long)arg;
    u64 end_ns = clock_now_ns() + PATIENCE_MS * MS;
    do {
        note_cpu();
    } while (atomic_load(&seen_cpus) == here && clock_now_ns() < end_ns);
    return 0;
}

/* Threads that wait are fetched by CPUs that have nothing to do.  Without the
 * heartbeat these sleep until they are told. */
static void test_steal(struct ktest_run *t)
{
    struct thread *threads[2];
    u32 here = crew_stay();
    if (!has_cpus(t))
        return;
    seen_cpus = 0;
    for (u32 i = 0; i < ARRAY_LEN(threads); i++) {
        threads[i] = thread_create("spin", spin_awhile, (void *)(long)here,
                                   PRIORITY_NORMAL);
        CHECK(t, !is_err(threads[i]), "no memory for a thread");
    }
    tick_heartbeat_stop();
    crew_spin(5 * MS); /* the others fall asleep */
    for (u32 i = 0; i < ARRAY_LEN(threads); i++)
        sched_insert(threads[i], here);
    for (u32 i = 0; i < ARRAY_LEN(threads); i++)
        thread_join(threads[i]);
    tick_heartbeat_start();
    CHECK(t, seen_cpus != 1u << here,
          "two threads were ready on one CPU, and the others slept");
}

/*
 * A thread that moves to another CPU while somebody is about to wake it.
 */
static u32 step; /* [A] 1: the waker is near, 2: it may go on */

static int sleep_there(void *arg)
{
    sched_prepare_sleep(WAIT_FIRMLY);
    schedule();
    return (int)this_cpu()->id;
}

static int wake_mover(void *arg)
{
    atomic_store(&step, 1);
    while (atomic_load(&step) == 1)
        cpu_relax();
    sched_wake(arg, 0);
    return 0;
}

/* Whether it sleeps, and is off its stack. */
static NO_LOCK_CHECK bool is_asleep(struct sched_cpu *sc,
                                    const struct thread *thread)
{
    spin_lock(&sc->lock);
    bool is_asleep = thread->state == THREAD_SLEEPING && sc->current != thread;
    spin_unlock(&sc->lock);
    return is_asleep;
}

/* The waker waits for the lock of the CPU that the thread slept on; when it
 * has it, that is not the thread's any more. */
static NO_LOCK_CHECK void test_moved(struct ktest_run *t)
{
    u32 here = crew_stay(), there = (here + 1) % n_cpus;
    if (!has_cpus(t))
        return;
    struct thread *mover =
        crew_start_on(t, there, "mover", sleep_there, NULL, PRIORITY_NORMAL);
    CHECK(t, mover, "no thread");
    while (!is_asleep(&sched_cpus[there], mover))
        cpu_relax();
    atomic_store(&step, 0);
    struct thread *waker =
        crew_start_on(t, there, "waker", wake_mover, mover, PRIORITY_NORMAL);
    CHECK(t, waker, "no thread");
    while (atomic_load(&step) == 0)
        cpu_relax();
    spin_lock(&sched_cpus[there].lock);
    atomic_store(&step, 2);
    crew_spin(2 * MS);
    mover->home = (u16)here;
    atomic_store(&mover->cpu, here);
    spin_unlock(&sched_cpus[there].lock);
    thread_join(waker);
    u32 woke_on = (u32)thread_join(mover);
    CHECK(t, woke_on == here,
          "a thread that had just moved to CPU %u was woken on CPU %u", here,
          woke_on);
}

static int end_soon(void *arg)
{
    if (random_below(arg, 2))
        sched_yield();
    return 1;
}

/* Threads that end while they are joined, on other CPUs. */
static void test_storm(struct ktest_run *t)
{
    struct thread *threads[8];
    if (!has_cpus(t))
        return;
    u32 n_ended = 0;
    for (u32 i = 0; i < N_SHORT && !t->has_failed; i += ARRAY_LEN(threads)) {
        for (u32 j = 0; j < ARRAY_LEN(threads); j++)
            threads[j] = crew_start_on(t, CPU_ANY, "short", end_soon,
                                       &t->random, PRIORITY_NORMAL);
        for (u32 j = 0; j < ARRAY_LEN(threads); j++)
            n_ended += threads[j] ? (u32)thread_join(threads[j]) : 0;
    }
    CHECK_EQ(t, n_ended, N_SHORT);
}

KTEST_SUITE(smp_sched) = {
    {"smp_sched.parallel", test_parallel, .rounds = 3, .timeout_ms = 20000},
    {"smp_sched.wake", test_wake, .rounds = 1, .timeout_ms = 20000},
    {"smp_sched.counter", test_counter, .rounds = 1, .timeout_ms = 20000},
    {"smp_sched.steal", test_steal, .rounds = 1, .timeout_ms = 20000},
    {"smp_sched.moved", test_moved, .rounds = 3, .timeout_ms = 20000},
    {"smp_sched.storm", test_storm, .rounds = 1, .timeout_ms = 20000},
    {},
};
