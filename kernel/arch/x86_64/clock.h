/*
 * arch/x86_64/clock.h - what time it is, in nanoseconds since boot.
 */
#ifndef ARCH_CLOCK_H
#define ARCH_CLOCK_H

#include "lib/types.h"

/* Measure the time-stamp counter against a clock of known speed.  Boot CPU,
 * once, after acpi_init(). */
void clock_init(void);

/* Nanoseconds since clock_init(), 0 before; never goes back.  Any context. */
u64 clock_now_ns(void);

/* Spin for at least `ns`.  For hardware that needs a moment. */
void clock_spin_ns(u64 ns);

/* Speed of the counter in Hz. */
u64 clock_hz(void);

#endif
