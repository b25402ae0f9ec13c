/*
 * arch/x86_64/lapic_timer.c - the local APIC's one-shot timer.
 *
 * It counts down from the number that is written, at a speed that nobody
 * knows before it has been measured, and interrupts at 0.
 *
 * Spec: Intel SDM 3A, section 10.5.4
 */
#include "arch/x86_64/calibrate.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/lapic_regs.h"
#include "arch/x86_64/trap.h"
#include "lib/panic.h"

enum { DIVIDE_BY_1 = 0x0b };

#define DELAY_MAX_NS  2000000000u
#define MEASURE_STEPS 1000000u /* 1 ms at QEMU's 1 GHz, 10 ms at 100 MHz */

static u64 steps_per_ns; /* [I] 32.32 fixed point */

/* It counts down; its complement counts up. */
static u64 read_upwards(void)
{
    return ~lapic_read(LAPIC_TIMER_NOW);
}

void lapic_timer_measure(void)
{
    struct counter timer = {read_upwards, UINT32_MAX};
    lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
    lapic_write(LAPIC_TIMER, LAPIC_MASKED);
    lapic_write(LAPIC_TIMER_START, UINT32_MAX);
    struct advance way = calibrate(&timer, MEASURE_STEPS);
    lapic_write(LAPIC_TIMER_START, 0);

    u64 ns = way.tsc * 1000000 / (clock_hz() / 1000);
    assert(ns > 0);
    steps_per_ns = (way.counter << 32) / ns;
    assert(steps_per_ns > 0);
}

void lapic_timer_enable(void)
{
    lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
    lapic_write(LAPIC_TIMER, VECTOR_TIMER); /* one shot: no mode bits */
}

void lapic_timer_set(u64 delay_ns)
{
    if (delay_ns > DELAY_MAX_NS)
        delay_ns = DELAY_MAX_NS;
    u64 steps = (u64)((unsigned __int128)delay_ns * steps_per_ns >> 32);
    if (steps == 0)
        steps = 1; /* 0 would stop it */
    if (steps > UINT32_MAX)
        steps = UINT32_MAX;
    lapic_write(LAPIC_TIMER_START, (u32)steps);
}

void lapic_timer_stop(void)
{
    lapic_write(LAPIC_TIMER_START, 0);
}
