/*
 * arch/x86_64/calibrate.h - how fast one counter runs beside another.
 */
#ifndef ARCH_CALIBRATE_H
#define ARCH_CALIBRATE_H

#include "lib/types.h"

/* A counter that runs upwards and wraps to 0 after `mask` (2^n - 1). */
struct counter {
    u64 (*read)(void);
    u64 mask;
};

/* What two counters advanced in the same time. */
struct advance {
    u64 tsc, counter;
};

/*
 * Let `counter` advance by at least `steps` (and less than a whole turn), and
 * say how far the time-stamp counter went meanwhile.  Takes longer if the
 * machine is too busy for a good measurement.  Interrupts off.
 */
struct advance calibrate(const struct counter *counter, u64 steps);

#endif
