/*
 * core/ktest.h - tests that run inside the kernel, and their verdicts.
 *
 * A suite is a const table of named tests, found through a linker section.
 * The host chooses by name which run ("tests=" in fw_cfg or on the command
 * line), draws the seed and may pass input.  Verdicts and notes go out as
 * records (core/record.h); the console is evidence only.
 *
 *     static void test_split(struct ktest_run *t)
 *     {
 *         struct page *page = zone_alloc(zone, 0);
 *         CHECK(t, page, "no frame in an empty zone");
 *         CHECK_EQ(t, page->order, 0);
 *     }
 *
 *     KTEST_SUITE(buddy) = {
 *         {"buddy.split", test_split, .rounds = 1},
 *         {},
 *     };
 */
#ifndef CORE_KTEST_H
#define CORE_KTEST_H

#include "lib/compiler.h"
#include "lib/random.h"
#include "lib/types.h"

struct ktest;

enum {
    KTEST_NAME_MAX = 40, /* bytes with a zero: fw_cfg's names are short */
    KTEST_MESSAGE_MAX = 400,
    KTEST_INPUT_MAX = 32768,
};

/* The state of the test that runs. */
struct ktest_run {
    const struct ktest *test;
    struct random random; /* seeded by host seed, test name and round */
    u64 seed;             /* of this round; print it when it matters */
    u32 round;
    bool has_failed, is_skipped;
    char message[KTEST_MESSAGE_MAX]; /* why it failed or was skipped */
};

struct ktest {
    const char *name; /* "suite.case" */
    void (*run)(struct ktest_run *t);
    u32 rounds;     /* times to run, each with another seed; 0 means 1 */
    u32 timeout_ms; /* guest time for all rounds; 0 means 2,000 */
};

/* Aligned, or else the compiler pads large tables and suites leave gaps. */
#define KTEST_SUITE(suite) \
    SECTION(".ktests") ALIGNED(8) static const struct ktest suite##_ktests[]

/* Fail the test: the first failure is recorded, later ones are ignored.  May
 * be called by other threads than the test's while that waits for them. */
PRINTF_LIKE(4, 5)
void ktest_fail(struct ktest_run *t, const char *file, int line,
                const char *fmt, ...);

/* Unless `cond`, fail with a message for the student and leave the function. */
#define CHECK(t, cond, ...)                                   \
    do {                                                      \
        if (!(cond)) {                                        \
            ktest_fail((t), __FILE__, __LINE__, __VA_ARGS__); \
            return;                                           \
        }                                                     \
    } while (0)

/* Fail the test: "expected WHAT = want, saw got", errors by their names. */
void ktest_fail_unequal(struct ktest_run *t, const char *file, int line,
                        const char *what, u64 got, u64 want);

/* Unless got == want (integers), fail with both and leave the function. */
#define CHECK_EQ(t, got, want)                                              \
    do {                                                                    \
        u64 got_ = (u64)(got), want_ = (u64)(want);                         \
        if (got_ != want_) {                                                \
            ktest_fail_unequal((t), __FILE__, __LINE__, #got, got_, want_); \
            return;                                                         \
        }                                                                   \
    } while (0)

/* This test makes no sense on this machine; leave the function afterwards. */
PRINTF_LIKE(2, 3) void ktest_skip(struct ktest_run *t, const char *fmt, ...);

/* Tell the host something it will check: one `note` record. */
PRINTF_LIKE(2, 3) void ktest_note(struct ktest_run *t, const char *fmt, ...);

/* Stop the machine until the host has looked at it from outside: one `hold`
 * record with `topic`, then the pause port.  A no-op without a grader. */
void ktest_hold(struct ktest_run *t, const char *topic);

/* The host's input for this test (fw_cfg opt/quern/input/NAME), or "".  Valid
 * until the test ends. */
const char *ktest_input(struct ktest_run *t);

/* Join the timer interrupt, as a watchdog.  Boot CPU, before smp_start(). */
void ktest_init(void);

/*
 * Run what was asked for, print the report, and say how many failed.  Suites
 * named `selftest` run only if they are named.  A test that takes longer than
 * its time (times `timeout_scale=` of the command line) ends the boot: record
 * `fail TEST hang: ...`, then a panic.
 */
u32 ktest_main(void);

#endif
