/*
 * test/preempt.c - who runs next, when nobody gives up the CPU.
 *
 * Times are the guest's: under -icount one instruction is one nanosecond, so
 * a turn is as long as it says, on every machine.
 */
#include "sched/preempt.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/atomic.h"
#include "lib/string.h"
#include "sched/sched.h"
#include "sched/timer.h"
#include "test/crew.h"

enum { N_SPINNERS = 3, TURNS_MAX = 16 };

#define GAP_NS   100000u /* longer: another thread ran meanwhile */
#define SLACK_NS 400000u

/* A thread that only looks at the clock, and so sees when it did not run. */
struct spinner {
    struct thread *thread;
    u64 turn_ns[TURNS_MAX]; /* how long it ran at a stretch */
    u32 n_turns;            /* [A] that are over */
    u64 run_ns;
};

static struct spinner spinners[N_SPINNERS];
static u32 must_stop; /* [A] */

static void note_turn(struct spinner *s, u64 ns)
{
    if (s->n_turns < TURNS_MAX)
        s->turn_ns[s->n_turns] = ns;
    atomic_add(&s->n_turns, 1);
}

static int spin(void *arg)
{
    struct spinner *s = arg;
    u64 begin_ns = clock_now_ns(), last_ns = begin_ns;
    while (!atomic_load(&must_stop)) {
        u64 now_ns = clock_now_ns();
        if (now_ns - last_ns > GAP_NS) {
            note_turn(s, last_ns - begin_ns);
            begin_ns = now_ns;
        }
        last_ns = now_ns;
    }
    s->run_ns = cpu_thread()->run_ns;
    return 0;
}

/* Let `n` spinners run until each had more than `n_turns` turns. */
static void run_spinners(struct ktest_run *t, u32 n, u32 n_turns)
{
    atomic_store(&must_stop, 0);
    for (u32 i = 0; i < n; i++) {
        spinners[i] = (struct spinner){};
        spinners[i].thread =
            crew_start(t, "spinner", spin, &spinners[i], PRIORITY_NORMAL);
    }
    for (u32 i = 0; i < n && !t->has_failed; i++)
        while (atomic_load(&spinners[i].n_turns) < n_turns)
            sched_yield();
    atomic_store(&must_stop, 1);
    for (u32 i = 0; i < n; i++)
        crew_wait(spinners[i].thread);
}

/* A thread that never yields does not keep the CPU. */
static void test_spin(struct ktest_run *t)
{
    atomic_store(&must_stop, 0);
    spinners[0] = (struct spinner){};
    struct thread *spinner =
        crew_start(t, "spinner", spin, &spinners[0], PRIORITY_NORMAL);
    CHECK(t, spinner, "no spinner");
    sched_yield(); /* comes back only if somebody takes the CPU from it */
    atomic_store(&must_stop, 1);
    crew_wait(spinner);
}

/* Where the host's load counts, turns are as long as they are. */
static bool has_exact_time(struct ktest_run *t)
{
    if (crew_time_is_exact())
        return true;
    ktest_skip(t, "needs exact time (-icount)");
    return false;
}

/* Interrupts that have nothing to do with turns. */
static struct timer metronome;

static void beat(void *arg)
{
    timer_start(&metronome, clock_now_ns() + 1100000);
}

/* A turn is SLICE_NS, the next one again, whatever else interrupts it. */
static void test_slice(struct ktest_run *t)
{
    if (!has_exact_time(t))
        return;
    timer_setup(&metronome, beat, NULL);
    beat(NULL);
    run_spinners(t, 2, 6);
    timer_cancel(&metronome);
    for (u32 i = 0; i < 2; i++)
        for (u32 turn = 1; turn < 5; turn++) {
            u64 ns = spinners[i].turn_ns[turn];
            CHECK(t, ns + SLACK_NS > SLICE_NS && ns < SLICE_NS + SLACK_NS,
                  "turn %u of thread %u took %lu us, not %u", turn, i,
                  ns / 1000, SLICE_NS / 1000);
        }
}

/* Equals get equal shares. */
static void test_fair(struct ktest_run *t)
{
    if (!has_exact_time(t))
        return;
    run_spinners(t, 3, 5);
    u64 least = UINT64_MAX, most = 0;
    for (u32 i = 0; i < 3; i++) {
        least = spinners[i].run_ns < least ? spinners[i].run_ns : least;
        most = spinners[i].run_ns > most ? spinners[i].run_ns : most;
    }
    CHECK(t, most - least <= SLICE_NS + 3 * SLACK_NS,
          "of three equal threads one ran %lu us, another %lu us", most / 1000,
          least / 1000);
}

/* Uses up most of its turn, sleeps, and goes on as a spinner. */
static int nap_then_spin(void *arg)
{
    crew_spin(SLICE_NS / 4 * 3);
    sched_prepare_sleep(WAIT_FIRMLY);
    schedule();
    return spin(arg);
}

/* Who slept has a whole turn before it, whatever was left of the last one. */
static void test_renewed(struct ktest_run *t)
{
    if (!has_exact_time(t))
        return;
    atomic_store(&must_stop, 0);
    spinners[0] = spinners[1] = (struct spinner){};
    struct thread *napper =
        crew_start(t, "napper", nap_then_spin, &spinners[0], PRIORITY_NORMAL);
    CHECK(t, napper, "no thread");
    while (atomic_load(&napper->state) != THREAD_SLEEPING)
        sched_yield();
    struct thread *rival =
        crew_start(t, "rival", spin, &spinners[1], PRIORITY_NORMAL);
    sched_wake(napper, 0);
    while (atomic_load(&spinners[0].n_turns) == 0)
        sched_yield();
    atomic_store(&must_stop, 1);
    crew_wait(napper);
    crew_wait(rival);
    u64 ns = spinners[0].turn_ns[0];
    CHECK(t, ns + SLACK_NS > SLICE_NS && ns < SLICE_NS + SLACK_NS,
          "the first turn after a sleep took %lu us, not %u", ns / 1000,
          SLICE_NS / 1000);
}

static int note_time(void *arg)
{
    atomic_store((u64 *)arg, clock_now_ns());
    return 0;
}

/* Gets an equal in the middle of its second turn; how long, in us, that has to
 * wait. */
static int spin_then_share(void *arg)
{
    u64 came_ns = 0;
    crew_spin(SLICE_NS / 8 * 9);
    u64 start_ns = clock_now_ns();
    struct thread *equal =
        crew_start(arg, "newcomer", note_time, &came_ns, PRIORITY_HIGH);
    while (!atomic_load(&came_ns) && clock_now_ns() < start_ns + 4 * SLICE_NS)
        ;
    crew_wait(equal);
    return (int)((came_ns - start_ns) / 1000);
}

/* A turn ends in time, also if another one of the same thread came before. */
static void test_newcomer(struct ktest_run *t)
{
    if (!has_exact_time(t))
        return;
    struct thread *first =
        crew_start(t, "first", spin_then_share, t, PRIORITY_HIGH);
    int us = crew_wait(first);
    CHECK(t, us < (int)(SLICE_NS + SLACK_NS) / 1000,
          "a thread waited %d us for an equal whose turn takes %u", us,
          SLICE_NS / 1000);
}

static int log_letter(void *arg)
{
    crew_log(*(const char *)arg);
    return 0;
}

/* A more urgent thread runs the moment it is ready. */
static void test_urgent(struct ktest_run *t)
{
    crew_log_clear();
    struct thread *urgent =
        crew_start(t, "urgent", log_letter, "u", PRIORITY_HIGH);
    const bool has_run = strcmp(crew_log_text(), "u") == 0;
    crew_wait(urgent);
    CHECK(t, has_run,
          "thread_start() of an urgent thread came back before "
          "that had run");
}

/* Starts an urgent thread, which takes over at once, and goes on. */
static int interrupted(void *arg)
{
    crew_log('a');
    struct thread *urgent =
        crew_start(arg, "urgent", log_letter, "u", PRIORITY_HIGH);
    crew_log('A');
    crew_wait(urgent);
    return 0;
}

/* Who was pushed aside goes on before its equals. */
static void test_front(struct ktest_run *t)
{
    if (!has_exact_time(t))
        return;
    crew_log_clear();
    preempt_set_mode(PREEMPT_NEVER);
    struct thread *a = crew_start(t, "a", interrupted, t, PRIORITY_NORMAL + 1);
    struct thread *b = crew_start(t, "b", log_letter, "b", PRIORITY_NORMAL + 1);
    preempt_set_mode(PREEMPT_ALWAYS);
    crew_wait(a);
    crew_wait(b);
    CHECK(t, strcmp(crew_log_text(), "auAb") == 0,
          "a thread that was pushed aside should go on first: expected auAb, "
          "saw %s",
          crew_log_text());
}

/* Spins for five turns; returns how often anybody was switched to. */
static int spin_urgently(void *arg)
{
    const struct sched_cpu *sc = &sched_cpus[this_cpu()->id];
    u64 n_before = sc->n_switches;
    crew_spin(5 * (u64)SLICE_NS);
    return (int)(sc->n_switches - n_before);
}

/* The end of a turn means nothing to who has no equal. */
static void test_alone(struct ktest_run *t)
{
    struct thread *urgent =
        crew_start(t, "urgent", spin_urgently, NULL, PRIORITY_HIGH);
    int n_switches = crew_wait(urgent);
    CHECK(t, n_switches == 0,
          "a thread was switched away from %d times for "
          "less urgent ones",
          n_switches);
}

/* A number that depends on every step; all registers take part. */
NOINLINE static u64 churn(u64 seed, u32 n)
{
    struct random random;
    random_seed(&random, seed);
    u64 a = 0, b = 1, c = 2, d = 3;
    for (u32 i = 0; i < n; i++) {
        __asm__ volatile("" ::: "memory"); /* no result is foreseen */
        a += random_next(&random) ^ d;
        b ^= a * 3;
        c += b >> 7;
        d = (d << 5 | d >> 59) + c;
    }
    return a ^ b ^ c ^ d;
}

static int churn_often(void *arg)
{
    u64 seed = *(u64 *)arg, first = churn(seed, 1000);
    int n_wrong = 0;
    for (u32 i = 0; i < 800; i++)
        n_wrong += churn(seed, 1000) != first;
    return n_wrong;
}

/* A thread does not notice that the CPU was taken from it. */
static void test_unnoticed(struct ktest_run *t)
{
    u64 seeds[2] = {random_next(&t->random), random_next(&t->random)};
    struct thread *a =
        crew_start(t, "a", churn_often, &seeds[0], PRIORITY_NORMAL);
    struct thread *b =
        crew_start(t, "b", churn_often, &seeds[1], PRIORITY_NORMAL);
    int n_wrong = crew_wait(a);
    n_wrong += crew_wait(b);
    CHECK(t, n_wrong == 0,
          "%d results of a computation came out wrong: "
          "registers changed while it was off the CPU",
          n_wrong);
}

KTEST_SUITE(preempt) = {
    {"preempt.spin", test_spin, .rounds = 1},
    {"preempt.slice", test_slice, .rounds = 1, .timeout_ms = 500},
    {"preempt.fair", test_fair, .rounds = 1, .timeout_ms = 500},
    {"preempt.renewed", test_renewed, .rounds = 1, .timeout_ms = 500},
    {"preempt.newcomer", test_newcomer, .rounds = 1, .timeout_ms = 500},
    {"preempt.urgent", test_urgent, .rounds = 1},
    {"preempt.front", test_front, .rounds = 1, .timeout_ms = 500},
    {"preempt.alone", test_alone, .rounds = 1},
    {"preempt.unnoticed", test_unnoticed, .rounds = 1},
    {},
};
