/*
 * arch/x86_64/calibrate.c - how fast one counter runs beside another.
 *
 * Both can't be read at one instant.  So the counter is read between two reads
 * of the TSC: it was taken somewhere in that bracket.
 *
 *     tsc  ----+--------------+---->       the tighter the bracket,
 *              |   counter    |            the better the pair
 *
 * Under a hypervisor the CPU may lose milliseconds inside of a bracket; of
 * several the tightest counts.  If both ends together are still not small
 * beside the way between them, the way is doubled.
 *
 * Tests       grade/unit/test_calibrate.c, kernel/test/clock.c
 */
#include "arch/x86_64/calibrate.h"

#include "arch/x86_64/io.h"

enum { N_BRACKETS = 8, N_ATTEMPTS = 5, PRECISION = 1000 };

#define PATIENCE ((u64)1 << 32) /* TSC steps: seconds, on any CPU */

struct bracket {
    u64 tsc; /* in the middle */
    u64 width;
    u64 counter;
};

static struct bracket take_bracket(const struct counter *counter)
{
    u64 before = tsc_read();
    u64 value = counter->read();
    u64 width = tsc_read() - before;
    return (struct bracket){before + width / 2, width, value};
}

static struct bracket take_tightest(const struct counter *counter)
{
    struct bracket best = take_bracket(counter);
    for (int i = 1; i < N_BRACKETS; i++) {
        struct bracket next = take_bracket(counter);
        if (next.width < best.width)
            best = next;
    }
    return best;
}

/* Wait a little without touching a device: on QEMU's virtual clock a device's
 * register takes as long on the host as a thousand plain instructions. */
static void wait_a_little(void)
{
    for (int i = 0; i < 500; i++)
        __asm__ volatile("");
}

/* Until the counter has made `steps`, or does not seem to run at all. */
static void wait_steps(const struct counter *counter,
                       const struct bracket *first, u64 steps)
{
    while (((counter->read() - first->counter) & counter->mask) < steps &&
           tsc_read() - first->tsc < PATIENCE)
        wait_a_little();
}

struct advance calibrate(const struct counter *counter, u64 steps)
{
    struct advance way = {0};
    for (int attempt = 0; attempt < N_ATTEMPTS; attempt++) {
        struct bracket first = take_tightest(counter);
        wait_steps(counter, &first, steps);
        struct bracket last = take_tightest(counter);
        way.tsc = last.tsc - first.tsc;
        way.counter = (last.counter - first.counter) & counter->mask;
        if (first.width + last.width < way.tsc / PRECISION)
            break;
        if (steps <= counter->mask / 4)
            steps *= 2;
    }
    return way;
}
