/*
 * arch/x86_64/ref_timer.h - timers whose speed a standard fixes.
 *
 * Slow to read, and they wrap soon: good for measuring other counters.
 */
#ifndef ARCH_REF_TIMER_H
#define ARCH_REF_TIMER_H

#include "arch/x86_64/calibrate.h"
#include "lib/types.h"

struct ref_timer {
    const char *name;
    u32 hz;
    bool (*is_present)(void);      /* may be asked after acpi_init() */
    struct counter (*start)(void); /* make it run; how to read it */
};

extern const struct ref_timer ref_timer_acpi; /* power management timer */
extern const struct ref_timer ref_timer_pit;  /* every PC has this one */

/* How many steps a second the time-stamp counter makes, measured for about
 * `ms` milliseconds; at most 20. */
u64 ref_timer_measure_tsc(const struct ref_timer *timer, u32 ms);

#endif
