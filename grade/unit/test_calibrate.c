/*
 * test_calibrate.c - a counter's speed, measured against the host's own TSC.
 *
 * Sources: arch/x86_64/calibrate.c
 */
#include "arch/x86_64/calibrate.h"
#include "arch/x86_64/io.h"
#include "unit.h"

enum { TSC_PER_STEP = 4096, STEPS = 5000 };

/* Wraps every 2^16 steps, as the oldest timer does. */
static u64 read_steady(void)
{
    return tsc_read() / TSC_PER_STEP & 0xffff;
}

static void test_steady(void)
{
    struct counter steady = {read_steady, 0xffff};
    for (int i = 0; i < 30; i++) { /* some of these see it wrap */
        unit_case("a steady counter, round %d", i);
        struct advance way = calibrate(&steady, STEPS);
        EXPECT(way.counter >= STEPS, "it waited long enough");
        u64 error = way.tsc > way.counter * TSC_PER_STEP
                        ? way.tsc - way.counter * TSC_PER_STEP
                        : way.counter * TSC_PER_STEP - way.tsc;
        EXPECT(error < way.tsc / 100, "within a hundredth");
    }
}

static u64 read_standing(void)
{
    return 0xffffffff; /* what a port gives that nobody answers at */
}

static void test_standing(void)
{
    struct counter standing = {read_standing, 0xffffff};
    unit_case("a counter that stands still");
    EXPECT_EQ(calibrate(&standing, STEPS).counter, 0);
}

int main(void)
{
    test_steady();
    test_standing();
    return 0;
}
