/*
 * test_format.c - our formatting says what the C library's says.
 *
 * Sources: lib/format.c
 */
#include "lib/format.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

/* Format by both, at every size of the buffer, and compare. */
#define SAME(...)                                                             \
    do {                                                                      \
        char ours[128], theirs[128];                                          \
        unit_case("%s", #__VA_ARGS__);                                        \
        size_t want = (size_t)snprintf(NULL, 0, __VA_ARGS__);                 \
        for (size_t size = 0; size < sizeof(ours); size++) {                  \
            memset(ours, '#', sizeof(ours));                                  \
            memset(theirs, '#', sizeof(theirs));                              \
            snprintf(theirs, size, __VA_ARGS__);                              \
            EXPECT_EQ(format_string(ours, size, __VA_ARGS__), want);          \
            EXPECT(memcmp(ours, theirs, sizeof(ours)) == 0,                   \
                   "`%.*s`, not `%.*s`", (int)size, ours, (int)size, theirs); \
        }                                                                     \
    } while (0)

static void test_integers(void)
{
    SAME("%d %d %d", 0, -1, 2147483647);
    SAME("%d", (int)-2147483648);
    SAME("%ld %ld", (s64)INT64_MIN, (s64)INT64_MAX);
    SAME("%u %lu %zu", 4294967295u, UINT64_MAX, (size_t)17);
    SAME("%x %lx %#x %#lx %#x", 0xbeefu, UINT64_MAX, 0xbeefu, (u64)1 << 63, 0);
    SAME("%llu %lld", 5ull, -5ll);
}

static void test_fields(void)
{
    SAME("|%5d|%-5d|%05d|%2d|", 42, 42, 42, 12345);
    SAME("|%5d|%-5d|%05d|", -42, -42, -42);
    SAME("|%8x|%-8x|%08x|%#8x|%#010x|%-#8x|", 0xabcu, 0xabcu, 0xabcu, 0xabcu,
         0xabcu, 0xabcu);
    SAME("|%*d|%-*d|%0*d|", 6, 1, 6, 2, 6, 3);
    SAME("|%#018lx|", 0xffffffff80200000u);
    SAME("|%8s|%-8s|%s|%.2s|%5.1s|%.*s|", "abc", "abc", "", "abc", "abc", 2,
         "xyz");
    SAME("|%c|%3c|%-3c|%%|", 'x', 'y', 'z');
}

static void test_pointers(void)
{
    char buf[32];
    unit_case("pointers");
    SAME("%p", (void *)0xffffffff80200000u);
    format_string(buf, sizeof(buf), "%p", NULL);
    EXPECT(strcmp(buf, "0x0") == 0);
    const char *volatile nothing = NULL; /* volatile: gcc would complain */
    format_string(buf, sizeof(buf), "%s", nothing);
    EXPECT(strcmp(buf, "(null)") == 0);
}

/* What the compiler would refuse; the format comes from a variable. */
static void test_unknown(void)
{
    static const char *const formats[] = {"a%qb", "a%", "a%5", "a%-", "%l"};
    char buf[32];
    unit_case("unknown conversions");
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
        size_t len = format_string(buf, sizeof(buf), formats[i]);
        EXPECT_EQ(len, strlen(formats[i]));
        EXPECT(strcmp(buf, formats[i]) == 0, "`%s` became `%s`", formats[i],
               buf);
    }
    static const char *volatile left = "%-05d|"; /* gcc would refuse that */
    format_string(buf, sizeof(buf), left, 42);
    EXPECT(strcmp(buf, "42   |") == 0, "`%s`", buf);
    unit_case("a width beyond reason");
    EXPECT_EQ(format_string(buf, sizeof(buf), "%*d", 2000000000, 1), 1024);
}

int main(void)
{
    test_integers();
    test_fields();
    test_pointers();
    test_unknown();
    return 0;
}
