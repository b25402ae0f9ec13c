/*
 * core/ktest_main.c - which tests run.
 *
 * The list of names comes from the host; its order is kept, so that after a
 * panic the host can boot again with the rest.
 *
 * Tests  kernel/test/core.c
 */
#include "arch/x86_64/fw_cfg.h"
#include "arch/x86_64/io.h"
#include "core/cmdline.h"
#include "core/ktest.h"
#include "core/ktest_report.h"
#include "core/ktest_run.h"
#include "core/record.h"
#include "lib/parse.h"
#include "lib/string.h"

enum { LIST_MAX = 16384, TIMEOUT_SCALE_MAX = 1000 };

static struct ktest_options options;
static char list[LIST_MAX]; /* what was asked for */

/* The linker script's: tables of all suites, each ended by an empty entry. */
extern const struct ktest ktests_start[], ktests_end[];

/* Run all tests that `pattern` names; returns how many there are. */
static u32 run_matching(const char *pattern)
{
    u32 n = 0;
    for (const struct ktest *test = ktests_start; test < ktests_end; test++) {
        if (test->name && name_matches(test->name, pattern)) {
            ktest_run_one(test, &options);
            n++;
        }
    }
    return n;
}

static void run_list(const char *names)
{
    char name[KTEST_NAME_MAX];
    int err;
    while ((err = parse_next_name(&names, name, sizeof(name))) != 0) {
        if (err < 0)
            ktest_fail_unknown("(too-long-a-name)", &options);
        else if (run_matching(name) == 0)
            ktest_fail_unknown(name, &options);
    }
}

static void run_all(void)
{
    for (const struct ktest *test = ktests_start; test < ktests_end; test++) {
        if (test->name && !name_matches(test->name, "selftest.*"))
            ktest_run_one(test, &options);
    }
}

/* The host's choice goes before the command line's. */
static u64 read_seed(void)
{
    char text[32];
    u64 seed = cmdline_u64("seed", tsc_read());
    if (fw_cfg_read_text("opt/quern/seed", text, sizeof(text)) <= 0)
        return seed;
    return parse_u64(text, &seed) == 0 ? seed : 0;
}

static u32 read_timeout_scale(void)
{
    u64 scale = cmdline_u64("timeout_scale", 1);
    return scale > 0 && scale <= TIMEOUT_SCALE_MAX ? (u32)scale : 1;
}

/* Fill `list`; false if nobody made a choice. */
static bool read_list(void)
{
    if (fw_cfg_read_text("opt/quern/tests", list, sizeof(list)) >= 0)
        return true;
    return cmdline_get("tests", list, sizeof(list)) >= 0;
}

u32 ktest_main(void)
{
    options.seed = read_seed();
    options.timeout_scale = read_timeout_scale();
    if (!read_list())
        run_all();
    else if (strcmp(list, "none") != 0)
        run_list(list);
    ktest_report_end(options.seed);
    u32 n_failed = ktest_report_count(KTEST_FAILED);
    record("end", "passed=%u failed=%u", ktest_report_count(KTEST_PASSED),
           n_failed);
    return n_failed;
}
