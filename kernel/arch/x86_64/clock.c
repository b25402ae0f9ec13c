/*
 * arch/x86_64/clock.c - nanoseconds from the time-stamp counter.
 *
 * The counter's speed is measured at boot against a timer whose speed is known
 * by its standard: ACPI's power management timer, or else the PIT.
 *
 * Invariants  the counters of all CPUs agree (true of QEMU and of CPUs with an
 *             invariant TSC)
 * Spec        ACPI 6.4, section 4.8.3.3; Intel 8254 data sheet
 * Tests       kernel/test/boot.c
 */
#include "arch/x86_64/clock.h"

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/calibrate.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "lib/panic.h"
#include "lib/printk.h"

enum {
    ACPI_TIMER_HZ = 3579545,
    PIT_HZ = 1193182,
    MEASURE_MS = 4,

    PIT_CHANNEL_2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_SET_2 = 0xb4,   /* channel 2, low byte then high, mode 2 */
    PIT_LATCH_2 = 0x80, /* freeze channel 2's count for reading */
    PIT_GATE = 0x61,
    GATE_ON = 1 << 0,
    GATE_SPEAKER = 1 << 1,
};

static const char *reference = "none";
static u64 tsc_hz;     /* [I] after clock_init() */
static u64 tsc_start;  /* [I] likewise */
static u64 ns_per_tsc; /* [I] likewise; 32.32 fixed point; 0 before */

static u64 acpi_timer_read(void)
{
    return io_read32(acpi_info.timer_port);
}

/* The PIT counts down; its negative counts up. */
static u64 pit_read(void)
{
    io_write8(PIT_COMMAND, PIT_LATCH_2);
    u8 low = io_read8(PIT_CHANNEL_2);
    u8 high = io_read8(PIT_CHANNEL_2);
    return -(u64)(high << 8 | low) & 0xffff;
}

static void pit_start(void)
{
    u8 gate = io_read8(PIT_GATE);
    io_write8(PIT_GATE, (u8)((gate & ~GATE_SPEAKER) | GATE_ON));
    io_write8(PIT_COMMAND, PIT_SET_2);
    io_write8(PIT_CHANNEL_2, 0); /* 0 stands for 65536: all 16 bits run */
    io_write8(PIT_CHANNEL_2, 0);
}

static u64 measure_hz(const struct counter *counter, u64 counter_hz)
{
    struct advance way = calibrate(counter, counter_hz * MEASURE_MS / 1000);
    assert(way.counter > 0);
    return way.tsc * counter_hz / way.counter;
}

void clock_init(void)
{
    if (acpi_info.timer_port) {
        struct counter timer = {acpi_timer_read, acpi_info.timer_mask};
        reference = "acpi";
        tsc_hz = measure_hz(&timer, ACPI_TIMER_HZ);
    } else {
        struct counter timer = {pit_read, 0xffff};
        reference = "pit";
        pit_start();
        tsc_hz = measure_hz(&timer, PIT_HZ);
    }
    if (tsc_hz == 0)
        panic("clock: the time-stamp counter stands still");
    tsc_start = tsc_read();
    ns_per_tsc = ((u64)1000000000 << 32) / tsc_hz;
    printk(LOG_INFO, "clock: tsc %lu kHz, measured by %s", tsc_hz / 1000,
           reference);
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

const char *clock_reference(void)
{
    return reference;
}

u64 clock_hz(void)
{
    return tsc_hz;
}
