/*
 * test_log.c - the log ring against a plain list of all lines ever written.
 *
 * Sources: core/log.c
 */
#include "core/log.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { LINES = 20000 };

static struct log_ring ring;
static struct log_line written[LINES];

/* Line i: of random length, with its number in front. */
static void write_line(struct random *random, size_t i)
{
    struct log_line *line = &written[i];
    size_t len = 8 + random_below(random, LOG_TEXT_MAX - 9);
    memset(line->text, 'a' + (int)(i % 26), len);
    int n = snprintf(line->text, LOG_TEXT_MAX, "%zu", i);
    line->text[n] = ' ';
    line->text[len] = '\0';
    line->len = (u32)len;
    line->time_ns = i * 1000;
    line->level = i % (LOG_PLAIN + 1);
    log_append(&ring, line->time_ns, line->level, line->text);
}

static void expect_line(const struct log_line *got, size_t i)
{
    const struct log_line *want = &written[i];
    EXPECT_EQ(got->time_ns, want->time_ns);
    EXPECT_EQ(got->level, want->level);
    EXPECT_EQ(got->len, want->len);
    EXPECT(strcmp(got->text, want->text) == 0, "line %zu", i);
}

/* The ring holds the latest lines without a gap, as many as fit. */
static void check_tail(size_t n)
{
    struct log_line line;
    u64 cursor = 0;
    size_t first = LINES, bytes = 0;
    while (log_read(&ring, &cursor, &line)) {
        if (first == LINES)
            first = line.time_ns / 1000;
        EXPECT(first < n);
        expect_line(&line, first);
        bytes += 16 + line.len;
        first++;
    }
    EXPECT(n == 0 || first == n, "the last line read is %zu of %zu", first, n);
    size_t kept = bytes;
    EXPECT(n < 300 || kept > LOG_RING_SIZE - LOG_TEXT_MAX - 16,
           "only %zu bytes kept", kept);
}

/* A reader that keeps up sees every line; a lazy one skips, never repeats. */
static void test_readers(void)
{
    struct random random;
    struct log_line line;
    u64 eager = 0, lazy = 0, last = 0;
    random_seed(&random, 1);
    check_tail(0);
    for (size_t i = 0; i < LINES; i++) {
        write_line(&random, i);
        EXPECT(log_read(&ring, &eager, &line));
        expect_line(&line, i);
        EXPECT(!log_read(&ring, &eager, &line));
        if (i % 997 == 0 && log_read(&ring, &lazy, &line)) {
            EXPECT(line.time_ns / 1000 >= last);
            last = line.time_ns / 1000 + 1;
        }
        if (i % 500 == 0)
            check_tail(i + 1);
    }
}

static void test_hostile(void)
{
    static struct log_ring small;
    struct log_line line;
    char huge[1000];
    u64 cursor = 0;
    unit_case("control characters");
    log_append(&small, 1, LOG_INFO, "a\x1b[31m\tb\nc\x7f");
    EXPECT(log_read(&small, &cursor, &line));
    EXPECT(strcmp(line.text, "a?[31m?b?c?") == 0, "`%s`", line.text);
    unit_case("too long");
    memset(huge, 'x', sizeof(huge));
    huge[sizeof(huge) - 1] = '\0';
    log_append(&small, 2, LOG_INFO, huge);
    EXPECT(log_read(&small, &cursor, &line));
    EXPECT_EQ(line.len, LOG_TEXT_MAX - 1);
    unit_case("empty");
    log_append(&small, 3, LOG_INFO, "");
    EXPECT(log_read(&small, &cursor, &line));
    EXPECT_EQ(line.len, 0);
    EXPECT(!log_read(&small, &cursor, &line));
}

int main(void)
{
    test_readers();
    test_hostile();
    return 0;
}
