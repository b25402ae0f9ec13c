/*
 * arch/x86_64/clock.c - nanoseconds from the time-stamp counter.
 *
 * The counter's speed is measured at boot, against ACPI's timer if there is
 * one, else against the PIT.
 *
 * Invariants  the counters of all CPUs agree (true of QEMU and of CPUs with an
 *             invariant TSC)
 * Tests       kernel/test/boot.c
 */
#include "arch/x86_64/clock.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/ref_timer.h"
#include "lib/panic.h"
#include "lib/printk.h"

enum { MEASURE_MS = 4 };

static u64 tsc_hz;     /* [I] after clock_init() */
static u64 tsc_start;  /* [I] likewise */
static u64 ns_per_tsc; /* [I] likewise; 32.32 fixed point; 0 before */

void clock_init(void)
{
    const struct ref_timer *ref =
        ref_timer_acpi.is_present() ? &ref_timer_acpi : &ref_timer_pit;
    tsc_hz = ref_timer_measure_tsc(ref, MEASURE_MS);
    if (tsc_hz == 0)
        panic("clock: the time-stamp counter stands still");
    tsc_start = tsc_read();
    ns_per_tsc = ((u64)1000000000 << 32) / tsc_hz;
    printk(LOG_INFO, "clock: tsc %lu kHz, measured by %s", tsc_hz / 1000,
           ref->name);
}

u64 clock_now_ns(void)
{
    u64 passed = tsc_read() - tsc_start;
    return (u64)((unsigned __int128)passed * ns_per_tsc >> 32);
}

void clock_spin_ns(u64 ns)
{
    u64 start = clock_now_ns();
    while (clock_now_ns() - start < ns)
        cpu_relax();
}

u64 clock_hz(void)
{
    return tsc_hz;
}
