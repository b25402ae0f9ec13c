/*
 * test/timer.c - functions that are called at their time, in order.
 */
#include "sched/timer.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/atomic.h"
#include "test/crew.h"

enum { N_TIMERS = 20 };

#define MS ((u64)1000000)

struct shot {
    struct timer timer;
    u64 fired_ns; /* [A] 0: not yet */
    u32 order;
};

static struct shot shots[N_TIMERS];
static u32 n_fired; /* [A] */

static void note_shot(void *arg)
{
    struct shot *shot = arg;
    shot->order = atomic_add(&n_fired, 1);
    atomic_store(&shot->fired_ns, clock_now_ns());
}

/* However they are set, they fire in the order of their deadlines. */
static void test_order(struct ktest_run *t)
{
    u64 base_ns = clock_now_ns();
    atomic_store(&n_fired, 0);
    irq_push_off(); /* all are set, and on this CPU, before one fires */
    for (u32 i = 0; i < N_TIMERS; i++) {
        shots[i].fired_ns = 0;
        timer_setup(&shots[i].timer, note_shot, &shots[i]);
        timer_start(&shots[i].timer,
                    base_ns + MS + random_below(&t->random, 20 * MS));
    }
    irq_pop_off();
    CHECK(t, crew_spin_until(&n_fired, N_TIMERS), "%u of %u timers fired",
          n_fired, N_TIMERS);
    for (u32 i = 0; i < N_TIMERS; i++) {
        const struct shot *a = &shots[i];
        CHECK(t, a->fired_ns >= a->timer.deadline_ns,
              "a timer fired too early");
        for (u32 j = 0; j < N_TIMERS; j++)
            CHECK(t,
                  a->timer.deadline_ns <= shots[j].timer.deadline_ns ||
                      a->order > shots[j].order,
                  "a timer fired before one with an earlier deadline");
    }
}

/* What is cancelled does not fire; what fired can't be cancelled. */
static void test_cancel(struct ktest_run *t)
{
    u32 n_before = timer_count();
    atomic_store(&n_fired, 0);
    irq_push_off(); /* both are counted before one fires */
    for (u32 i = 0; i < 2; i++) {
        timer_setup(&shots[i].timer, note_shot, &shots[i]);
        timer_start(&shots[i].timer, clock_now_ns() + (1 + 999 * i) * MS);
    }
    u32 n_after = timer_count();
    irq_pop_off();
    CHECK_EQ(t, n_after, n_before + 2);
    CHECK(t, crew_spin_until(&n_fired, 1), "a timer did not fire");
    CHECK(t, !timer_cancel(&shots[0].timer), "a timer that fired was pending");
    CHECK(t, timer_cancel(&shots[1].timer), "a pending timer was not");
    CHECK(t, !timer_cancel(&shots[1].timer), "a timer was cancelled twice");
    CHECK_EQ(t, n_fired, 1);
    CHECK_EQ(t, timer_count(), n_before);
}

KTEST_SUITE(timer) = {
    {"timer.order", test_order, .rounds = 2},
    {"timer.cancel", test_cancel, .rounds = 1},
    {},
};
