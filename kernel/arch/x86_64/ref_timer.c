/*
 * arch/x86_64/ref_timer.c - timers whose speed a standard fixes.
 *
 * Spec: ACPI 6.4, section 4.8.3.3; Intel 8254 data sheet
 */
#include "arch/x86_64/ref_timer.h"

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/io.h"
#include "lib/panic.h"

enum {
    PIT_CHANNEL_2 = 0x42,
    PIT_COMMAND = 0x43,
    PIT_SET_2 = 0xb4,   /* channel 2, low byte then high, mode 2 */
    PIT_LATCH_2 = 0x80, /* freeze channel 2's count for reading */
    PIT_GATE = 0x61,
    GATE_ON = 1 << 0,
    GATE_SPEAKER = 1 << 1,
};

static bool acpi_is_present(void)
{
    return acpi_info.timer_port != 0;
}

static u64 acpi_read(void)
{
    return io_read32(acpi_info.timer_port);
}

/* It always runs. */
static struct counter acpi_start(void)
{
    return (struct counter){acpi_read, acpi_info.timer_mask};
}

static bool pit_is_present(void)
{
    return true;
}

/* It counts down; its negative counts up. */
static u64 pit_read(void)
{
    io_write8(PIT_COMMAND, PIT_LATCH_2);
    u8 low = io_read8(PIT_CHANNEL_2);
    u8 high = io_read8(PIT_CHANNEL_2);
    return -(u64)(high << 8 | low) & 0xffff;
}

static struct counter pit_start(void)
{
    u8 gate = io_read8(PIT_GATE);
    io_write8(PIT_GATE, (u8)((gate & ~GATE_SPEAKER) | GATE_ON));
    io_write8(PIT_COMMAND, PIT_SET_2);
    io_write8(PIT_CHANNEL_2, 0); /* 0 stands for 65536: all 16 bits run */
    io_write8(PIT_CHANNEL_2, 0);
    return (struct counter){pit_read, 0xffff};
}

const struct ref_timer ref_timer_acpi = {
    .name = "acpi",
    .hz = 3579545,
    .is_present = acpi_is_present,
    .start = acpi_start,
};

const struct ref_timer ref_timer_pit = {
    .name = "pit",
    .hz = 1193182,
    .is_present = pit_is_present,
    .start = pit_start,
};

u64 ref_timer_measure_tsc(const struct ref_timer *timer, u32 ms)
{
    assert(ms > 0 && ms <= 20); /* else the PIT would wrap */
    struct counter counter = timer->start();
    struct advance way = calibrate(&counter, (u64)timer->hz * ms / 1000);
    assert(way.counter > 0); /* else: firmware named a timer that stands */
    return way.tsc * timer->hz / way.counter;
}
