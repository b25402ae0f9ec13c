/*
 * test_string.c - memory and text functions against the C library's, for all
 * small lengths, offsets and overlaps.
 *
 * The kernel's file is compiled in under other names, so that the C library's
 * functions (and the sanitizer's checks of them) stay what they are.
 */
#include <string.h>

#include "unit.h"

#define memcpy      our_memcpy
#define memmove     our_memmove
#define memset      our_memset
#define memcmp      our_memcmp
#define strlen      our_strlen
#define strcmp      our_strcmp
#define strncmp     our_strncmp
#define string_copy our_string_copy
#include "lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp
#undef string_copy

enum { SPAN = 160, ROOM = 400 };

static void fill(u8 *buf, struct random *random)
{
    for (size_t i = 0; i < ROOM; i++)
        buf[i] = (u8)random_next(random);
}

/* Every length up to SPAN, every alignment of both sides. */
static void test_copy(struct random *random)
{
    u8 src[ROOM], ours[ROOM], theirs[ROOM];
    unit_case("memcpy");
    fill(src, random);
    for (size_t len = 0; len < SPAN; len++) {
        for (size_t at = 0; at < 81; at++) {
            size_t from = at % 9, to = at / 9;
            fill(ours, random);
            memcpy(theirs, ours, ROOM);
            EXPECT(our_memcpy(ours + to, src + from, len) == ours + to);
            memcpy(theirs + to, src + from, len);
            EXPECT(memcmp(ours, theirs, ROOM) == 0, "length %zu", len);
        }
    }
}

/* Every length, every distance in both directions. */
static void test_move(struct random *random)
{
    u8 ours[ROOM], theirs[ROOM];
    unit_case("memmove");
    for (size_t len = 0; len < SPAN; len++) {
        for (size_t to = 0; to < 160; to++) {
            fill(ours, random);
            memcpy(theirs, ours, ROOM);
            our_memmove(ours + to, ours + 80, len);
            memmove(theirs + to, theirs + 80, len);
            EXPECT(memcmp(ours, theirs, ROOM) == 0, "length %zu by %ld", len,
                   (long)to - 80);
        }
    }
}

static void test_set(struct random *random)
{
    u8 ours[ROOM], theirs[ROOM];
    unit_case("memset");
    for (size_t len = 0; len < SPAN; len++) {
        for (size_t at = 0; at < 9; at++) {
            int value = (int)random_next(random);
            fill(ours, random);
            memcpy(theirs, ours, ROOM);
            our_memset(ours + at, value, len);
            memset(theirs + at, value, len);
            EXPECT(memcmp(ours, theirs, ROOM) == 0, "length %zu", len);
        }
    }
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void test_compare(void)
{
    static const char *const texts[] = {"",    "a",    "b",    "ab",   "abc",
                                        "abd", "\x7f", "\x80", "\xff", "a\xff"};
    unit_case("comparisons");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        for (size_t j = 0; j < ARRAY_LEN(texts); j++) {
            const char *a = texts[i], *b = texts[j];
            size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
            EXPECT_EQ(sign(our_strcmp(a, b)), sign(strcmp(a, b)));
            EXPECT_EQ(sign(our_memcmp(a, b, len)), sign(memcmp(a, b, len)));
            for (size_t n = 0; n < 5; n++)
                EXPECT_EQ(sign(our_strncmp(a, b, n)), sign(strncmp(a, b, n)));
        }
        EXPECT_EQ(our_strlen(texts[i]), strlen(texts[i]));
    }
}

static void test_string_copy(void)
{
    char buf[8];
    unit_case("string_copy");
    for (size_t size = 1; size <= sizeof(buf); size++) {
        memset(buf, '#', sizeof(buf));
        EXPECT_EQ(our_string_copy(buf, "abcde", size), 5);
        EXPECT_EQ(strlen(buf), size - 1 < 5 ? size - 1 : 5);
        EXPECT(strncmp(buf, "abcde", strlen(buf)) == 0);
        for (size_t i = size; i < sizeof(buf); i++)
            EXPECT(buf[i] == '#', "wrote beyond the end");
    }
}

int main(void)
{
    struct random random;
    random_seed(&random, 1);
    test_copy(&random);
    test_move(&random);
    test_set(&random);
    test_compare();
    test_string_copy();
    return 0;
}
