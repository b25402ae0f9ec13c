/*
 * core/ktest_report.c - what people see of the tests, on the consoles.
 *
 *     ok    buddy.split                        0.412 ms
 *     FAIL  buddy.merge                        1.020 ms
 *           kernel/test/buddy.c:71: expected ...
 *
 * Tests  kernel/test/core.c
 */
#include "core/ktest_report.h"

#include "core/console.h"
#include "core/ktest.h"
#include "lib/panic.h"
#include "lib/string.h"

enum { SUITES_MAX = 64 };

struct suite_row {
    char name[KTEST_NAME_MAX]; /* before the dot */
    u32 counts[N_VERDICTS];
    u64 ns;
};

static struct suite_row rows[SUITES_MAX];
static size_t n_rows;

static size_t suite_len(const char *test)
{
    size_t len = 0;
    while (test[len] && test[len] != '.')
        len++;
    return len < KTEST_NAME_MAX ? len : KTEST_NAME_MAX - 1;
}

/* The row of the test's suite, made if it is the first of it; beyond the
 * maximum the last row takes them all. */
static struct suite_row *row_of(const char *test)
{
    size_t len = suite_len(test);
    for (size_t i = 0; i < n_rows; i++) {
        if (strlen(rows[i].name) == len && !memcmp(rows[i].name, test, len))
            return &rows[i];
    }
    if (n_rows == SUITES_MAX)
        return &rows[SUITES_MAX - 1];
    struct suite_row *row = &rows[n_rows++];
    memcpy(row->name, test, len);
    return row;
}

void ktest_report_add(const char *name, enum ktest_verdict verdict,
                      const char *why, u64 ns)
{
    static const char *const words[] = {"ok", "FAIL", "skip"};
    assert(verdict < N_VERDICTS);
    struct suite_row *row = row_of(name);
    row->counts[verdict]++;
    row->ns += ns;
    console_print("%-5s %-32s %6lu.%03lu ms", words[verdict], name,
                  ns / 1000000, ns / 1000 % 1000);
    if (verdict != KTEST_PASSED)
        console_print("      %s", why);
}

u32 ktest_report_count(enum ktest_verdict verdict)
{
    u32 n = 0;
    for (size_t i = 0; i < n_rows; i++)
        n += rows[i].counts[verdict];
    return n;
}

void ktest_report_end(u64 seed)
{
    console_print("%-16s %7s %7s %7s %9s", "suite", "passed", "failed",
                  "skipped", "ms");
    for (const struct suite_row *row = rows; row < rows + n_rows; row++)
        console_print("%-16s %7u %7u %7u %5lu.%03lu", row->name,
                      row->counts[KTEST_PASSED], row->counts[KTEST_FAILED],
                      row->counts[KTEST_SKIPPED], row->ns / 1000000,
                      row->ns / 1000 % 1000);
    console_print("seed %lu", seed);
    console_print("%u passed, %u failed", ktest_report_count(KTEST_PASSED),
                  ktest_report_count(KTEST_FAILED));
}
