/*
 * test/clock.c - the clock never goes back, runs at the right speed, and the
 * timer agrees with it.
 */
#include "arch/x86_64/clock.h"

#include "arch/x86_64/calibrate.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/lapic_regs.h"
#include "arch/x86_64/ref_timer.h"
#include "core/ktest.h"
#include "core/tick.h"

static void test_steady(struct ktest_run *t)
{
    u64 last = clock_now_ns();
    for (int i = 0; i < 10000; i++) {
        u64 now = clock_now_ns();
        CHECK(t, now >= last, "the clock went back by %lu ns", last - now);
        last = now;
    }
}

static void test_spin(struct ktest_run *t)
{
    u64 start = clock_now_ns();
    clock_spin_ns(1000000);
    CHECK(t, clock_now_ns() - start >= 1000000, "clock_spin_ns() was early");
}

/* The clock against a timer that it was not made from, unless that is the
 * only one.  One percent is far more than either is wrong by. */
static void test_speed(struct ktest_run *t)
{
    struct counter clock = {clock_now_ns, UINT64_MAX};
    irq_push_off();
    u64 hz = ref_timer_measure_tsc(&ref_timer_pit, 4);
    struct advance way = calibrate(&clock, 1000000);
    irq_pop_off();
    u64 want_ns = way.tsc * 1000000 / (hz / 1000);
    u64 slack_ns = want_ns / 100;
    CHECK(t, way.counter + slack_ns > want_ns, "the clock is slow: %lu of %lu",
          way.counter, want_ns);
    CHECK(t, way.counter < want_ns + slack_ns, "the clock is fast: %lu of %lu",
          way.counter, want_ns);
}

static volatile bool has_fired;

static void on_tick(struct trap_frame *frame, u64 now_ns)
{
    has_fired = true;
}

/* With interrupts off nobody else can set the timer meanwhile; when they are
 * on again, the interrupt that it left pending must come. */
static void test_timer(struct ktest_run *t)
{
    static bool is_registered;
    if (!is_registered)
        tick_register(on_tick);
    is_registered = true;

    const u64 delay_ns = 3000000;
    irq_push_off();
    has_fired = false;
    u64 start = clock_now_ns();
    lapic_timer_set(delay_ns);
    while (lapic_read(LAPIC_TIMER_NOW) > 0)
        cpu_relax();
    u64 took = clock_now_ns() - start;
    irq_pop_off();
    CHECK(t, took >= delay_ns - delay_ns / 100,
          "a timer of %lu ns was over after %lu ns", delay_ns, took);
    while (!has_fired) /* the watchdog ends it if that never comes */
        cpu_wait_irq();
}

KTEST_SUITE(clock) = {
    {"clock.steady", .run = test_steady},
    {"clock.spin", .run = test_spin},
    {"clock.speed", .run = test_speed},
    {"clock.timer", .run = test_timer},
    {},
};
