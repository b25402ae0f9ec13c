/*
 * test_bitmap.c - searching bits, against looking at one after the other.
 *
 * Sources: lib/bitmap.c
 */
#include "lib/bitmap.h"

#include <string.h>

#include "lib/bits.h"
#include "unit.h"

enum { BITS_MAX = 200 };

static size_t slow_find(const u64 *map, size_t n, size_t start, bool wanted)
{
    for (size_t i = start; i < n; i++) {
        if (bitmap_test(map, i) == wanted)
            return i;
    }
    return n;
}

static size_t slow_find_run(const u64 *map, size_t n, size_t len)
{
    for (size_t i = 0; i + len <= n && i < n; i++) {
        size_t end = slow_find(map, n, i, true);
        if (end - i >= len)
            return i;
    }
    return n;
}

/* Set about `density` of 8 bits. */
static void draw(u64 *map, struct random *random, u64 density)
{
    memset(map, 0, BITMAP_WORDS(BITS_MAX) * sizeof(*map));
    for (size_t i = 0; i < BITS_MAX; i++) {
        if (random_below(random, 8) < density)
            bitmap_set(map, i);
    }
}

static void test_find(struct random *random)
{
    u64 map[BITMAP_WORDS(BITS_MAX)];
    unit_case("find");
    for (int round = 0; round < 3000; round++) {
        draw(map, random, (u64)round % 9);
        size_t n = random_below(random, BITS_MAX + 1);
        size_t start = random_below(random, BITS_MAX + 1);
        size_t begin = start < n ? start : n;
        EXPECT_EQ(bitmap_find_set(map, n, start),
                  slow_find(map, n, begin, true));
        EXPECT_EQ(bitmap_find_clear(map, n, start),
                  slow_find(map, n, begin, false));
        size_t len = 1 + random_below(random, 70);
        EXPECT_EQ(bitmap_find_clear_run(map, n, len),
                  slow_find_run(map, n, len));
    }
}

static void test_set_clear(void)
{
    u64 map[BITMAP_WORDS(BITS_MAX)] = {};
    unit_case("set and clear");
    for (size_t i = 0; i < BITS_MAX; i++) {
        bitmap_set(map, i);
        EXPECT_EQ(bitmap_find_set(map, BITS_MAX, 0), i);
        EXPECT_EQ(bitmap_find_set(map, BITS_MAX, i + 1), BITS_MAX);
        bitmap_clear(map, i);
        EXPECT(!bitmap_test(map, i));
    }
}

static void test_bits(void)
{
    unit_case("powers of two");
    for (unsigned k = 0; k < 64; k++) {
        u64 n = (u64)1 << k;
        EXPECT(is_power_of_two(n));
        EXPECT(k < 2 || !is_power_of_two(n - 1));
        EXPECT_EQ(log2_floor(n), k);
        EXPECT_EQ(log2_ceil(n), k);
        EXPECT_EQ(log2_floor(n + n / 2), k);
        EXPECT(k == 63 || k == 0 || log2_ceil(n + 1) == k + 1);
    }
    EXPECT(!is_power_of_two(0));
    EXPECT_EQ(align_up(4097, 4096), 8192);
    EXPECT_EQ(align_up(4096, 4096), 4096);
    EXPECT_EQ(align_down(8191, 4096), 4096);
    EXPECT(is_aligned(8192, 4096) && !is_aligned(8193, 4096));
}

int main(void)
{
    struct random random;
    random_seed(&random, 1);
    test_find(&random);
    test_set_clear();
    test_bits();
    return 0;
}
