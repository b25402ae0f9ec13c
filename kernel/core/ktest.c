/*
 * core/ktest.c - what a test calls while it runs.
 *
 * Nothing is sent when a test fails: the reason is kept in its ktest_run, and
 * core/ktest_run.c gives the verdict when the test has returned.
 *
 * Tests  kernel/test/core.c
 */
#include "core/ktest.h"

#include <stdarg.h>

#include "arch/x86_64/fw_cfg.h"
#include "arch/x86_64/qemu.h"
#include "core/record.h"
#include "lib/atomic.h"
#include "lib/err.h"
#include "lib/errno_name.h"
#include "lib/format.h"

enum { NUMBER_TEXT_MAX = 24 };

/* Add "(round 3 of 8)" where other rounds may have passed. */
static void add_round(struct ktest_run *t, size_t len)
{
    if (t->test->rounds > 1 && len < sizeof(t->message))
        format_string(t->message + len, sizeof(t->message) - len,
                      " (round %u of %u)", t->round + 1, t->test->rounds);
}

void ktest_fail(struct ktest_run *t, const char *file, int line,
                const char *fmt, ...)
{
    if (atomic_exchange(&t->has_failed, true))
        return;
    size_t len =
        format_string(t->message, sizeof(t->message), "%s:%d: ", file, line);
    va_list args;
    va_start(args, fmt);
    if (len < sizeof(t->message))
        len +=
            format_args(t->message + len, sizeof(t->message) - len, fmt, args);
    va_end(args);
    add_round(t, len);
}

/* Small negative numbers are read as such, errors by name, others in hex. */
static const char *describe_number(u64 value, char text[NUMBER_TEXT_MAX])
{
    long number = (long)value;
    const char *name = errno_name(number);
    if (name)
        return name;
    bool is_small = number < 0 && number >= -ERR_MAX;
    format_string(text, NUMBER_TEXT_MAX, is_small ? "%ld" : "%#lx", number);
    return text;
}

void ktest_fail_unequal(struct ktest_run *t, const char *file, int line,
                        const char *what, u64 got, u64 want)
{
    char got_text[NUMBER_TEXT_MAX], want_text[NUMBER_TEXT_MAX];
    ktest_fail(t, file, line, "expected %s = %s, saw %s", what,
               describe_number(want, want_text),
               describe_number(got, got_text));
}

void ktest_skip(struct ktest_run *t, const char *fmt, ...)
{
    va_list args;
    if (t->has_failed)
        return;
    t->is_skipped = true;
    va_start(args, fmt);
    format_args(t->message, sizeof(t->message), fmt, args);
    va_end(args);
}

void ktest_note(struct ktest_run *t, const char *fmt, ...)
{
    char text[RECORD_TEXT_MAX - KTEST_NAME_MAX];
    va_list args;
    va_start(args, fmt);
    format_args(text, sizeof(text), fmt, args);
    va_end(args);
    record("note", "%s %s", t->test->name, text);
}

void ktest_hold(struct ktest_run *t, const char *topic)
{
    record("hold", "%s %s", t->test->name, topic);
    qemu_pause();
}

const char *ktest_input(struct ktest_run *t)
{
    static char input[KTEST_INPUT_MAX]; /* one test runs at a time */
    char name[KTEST_NAME_MAX + 24];
    format_string(name, sizeof(name), "opt/quern/input/%s", t->test->name);
    fw_cfg_read_text(name, input, sizeof(input));
    return input;
}
