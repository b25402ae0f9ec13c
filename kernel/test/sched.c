/*
 * test/sched.c - who runs next, when threads give up the CPU by themselves.
 *
 * Without preemption, so when the timer fires means nothing here.
 */
#include "sched/sched.h"

#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/parse.h"
#include "lib/string.h"
#include "sched/preempt.h"
#include "test/crew.h"

enum { N_PLAYERS = 8 };

/* A thread that logs its letter and yields, `n_steps` times. */
struct player {
    char letter;
    u32 n_steps;
    struct thread *thread;
};

static struct player players[N_PLAYERS];

static int play(void *arg)
{
    struct player *p = arg;
    for (u32 i = 0; i < p->n_steps; i++) {
        crew_log(p->letter);
        sched_yield();
    }
    return p->letter;
}

static struct player *start_player(struct ktest_run *t, u32 i, char letter,
                                   u32 n_steps, enum priority priority)
{
    struct player *p = &players[i];
    *p = (struct player){.letter = letter, .n_steps = n_steps};
    p->thread = crew_start(t, "player", play, p, priority);
    return p;
}

static void wait_for_players(struct ktest_run *t, u32 n)
{
    for (u32 i = 0; i < n; i++) {
        if (!players[i].thread)
            return;
        int status = crew_wait(players[i].thread);
        CHECK(t, status == players[i].letter,
              "exit status %d of a thread that returned %d", status,
              players[i].letter);
    }
}

static void expect_log(struct ktest_run *t, const char *want)
{
    CHECK(t, strcmp(crew_log_text(), want) == 0,
          "expected the order %s, saw %s", want, crew_log_text());
}

/* A thread runs, gets its argument, ends, and leaves its status. */
static void run_one(struct ktest_run *t)
{
    start_player(t, 0, 'x', 1, PRIORITY_NORMAL);
    expect_log(t, "");
    wait_for_players(t, 1);
    expect_log(t, "x");
}

/* Equals take turns, in the order they came. */
static void run_equals(struct ktest_run *t)
{
    for (u32 i = 0; i < 4; i++)
        start_player(t, i, (char)('a' + i), 3, PRIORITY_NORMAL);
    wait_for_players(t, 4);
    expect_log(t, "abcdabcdabcd");
}

/* Who is more urgent runs until it is done. */
static void run_priorities(struct ktest_run *t)
{
    start_player(t, 0, 'a', 2, PRIORITY_NORMAL + 1);
    start_player(t, 1, 'b', 3, PRIORITY_HIGH);
    start_player(t, 2, 'c', 2, PRIORITY_NORMAL + 1);
    start_player(t, 3, 'd', 1, N_PRIORITIES - 1);
    wait_for_players(t, 4);
    expect_log(t, "dbbbacac");
}

/* Yielding alone costs nothing: the same thread goes on. */
static void run_alone(struct ktest_run *t)
{
    struct sched_cpu *sc = &sched_cpus[this_cpu()->id];
    u64 n_before = sc->n_switches;
    for (u32 i = 0; i < 10; i++)
        sched_yield();
    CHECK(t, sc->n_switches == n_before,
          "a thread that is alone was switched "
          "away from %lu times",
          sc->n_switches - n_before);
    CHECK(t, cpu_thread() == sc->current, "cpu->thread and current differ");
    CHECK(t, sc->current->state == THREAD_RUNNING, "the running thread is %s",
          thread_state_name(sc->current->state));
}

/* Yields with interrupts off, as the end of an interrupt does. */
static int yield_masked(void *arg)
{
    bool *has_failed = arg;
    for (u32 i = 0; i < 5; i++) {
        irq_off();
        sched_yield();
        *has_failed = *has_failed || irq_are_on();
        irq_on();
    }
    return 0;
}

/* Interrupts are on or off by the thread, not by who ran last. */
static void run_interrupts(struct ktest_run *t)
{
    bool has_failed = false, is_off = false;
    struct thread *other =
        crew_start(t, "masked", yield_masked, &has_failed, PRIORITY_NORMAL);
    for (u32 i = 0; i < 5; i++) {
        sched_yield();
        is_off = is_off || !irq_are_on();
        irq_on();
    }
    crew_wait(other);
    CHECK(t, !is_off,
          "schedule() came back with interrupts off to a thread "
          "that had them on");
    CHECK(t, !has_failed,
          "schedule() came back with interrupts on to a "
          "thread that had them off");
}

/* Run for so long, yield, and say for how many us the scheduler charged. */
static int spin_and_yield(void *arg)
{
    crew_spin(*(const u64 *)arg);
    sched_yield();
    return (int)(cpu_thread()->run_ns / 1000);
}

/* Each thread is charged for the time that it ran, not for another's. */
static void run_charge(struct ktest_run *t)
{
    static const u64 spin_ns[] = {3000000, 1000000};
    struct thread *threads[ARRAY_LEN(spin_ns)];
    u64 charged_us[ARRAY_LEN(spin_ns)], slack_us = crew_slack_ns() / 1000;
    for (u32 i = 0; i < ARRAY_LEN(spin_ns); i++)
        threads[i] = crew_start(t, "busy", spin_and_yield, (void *)&spin_ns[i],
                                PRIORITY_NORMAL);
    for (u32 i = 0; i < ARRAY_LEN(spin_ns); i++)
        charged_us[i] = (u64)crew_wait(threads[i]);
    for (u32 i = 0; i < ARRAY_LEN(spin_ns); i++)
        CHECK(t,
              charged_us[i] >= spin_ns[i] / 1000 &&
                  charged_us[i] < spin_ns[i] / 1000 + slack_us,
              "a thread ran %lu us before it yielded, and was charged for %lu",
              spin_ns[i] / 1000, charged_us[i]);
}

/* "A16:3": letter, priority, steps. */
static bool start_from_word(struct ktest_run *t, u32 i, char *word)
{
    u64 priority, n_steps;
    char *colon = word + 1;
    while (*colon && *colon != ':')
        colon++;
    if (*colon != ':')
        return false;
    *colon = '\0';
    if (parse_u64(word + 1, &priority) || parse_u64(colon + 1, &n_steps) ||
        priority < PRIORITY_NORMAL || priority >= N_PRIORITIES)
        return false;
    start_player(t, i, word[0], (u32)n_steps, (enum priority)priority);
    return true;
}

/* The host says who plays, and works out for itself in which order. */
static void run_outside(struct ktest_run *t)
{
    const char *script = ktest_input(t);
    char word[16];
    u32 n = 0;
    while (n < N_PLAYERS && parse_next_name(&script, word, sizeof(word)) == 1)
        n += start_from_word(t, n, word);
    if (n == 0) {
        ktest_skip(t, "needs a script from the grader");
        return;
    }
    wait_for_players(t, n);
    ktest_note(t, "order=%s", crew_log_text());
}

/* Run a test without preemption. */
static void cooperate(struct ktest_run *t, void (*run)(struct ktest_run *))
{
    preempt_set_mode(PREEMPT_NEVER);
    crew_log_clear();
    run(t);
    preempt_set_mode(PREEMPT_ALWAYS);
}

static void test_run(struct ktest_run *t)
{
    cooperate(t, run_one);
}

static void test_turns(struct ktest_run *t)
{
    cooperate(t, run_equals);
}

static void test_priority(struct ktest_run *t)
{
    cooperate(t, run_priorities);
}

static void test_alone(struct ktest_run *t)
{
    cooperate(t, run_alone);
}

static void test_interrupts(struct ktest_run *t)
{
    cooperate(t, run_interrupts);
}

static void test_charge(struct ktest_run *t)
{
    cooperate(t, run_charge);
}

static void test_outside(struct ktest_run *t)
{
    cooperate(t, run_outside);
}

KTEST_SUITE(sched) = {
    {"sched.run", test_run, .rounds = 1},
    {"sched.turns", test_turns, .rounds = 1},
    {"sched.priority", test_priority, .rounds = 1},
    {"sched.alone", test_alone, .rounds = 1},
    {"sched.interrupts", test_interrupts, .rounds = 1},
    {"sched.charge", test_charge, .rounds = 1},
    {"sched.outside", test_outside, .rounds = 1},
    {},
};
