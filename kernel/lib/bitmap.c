/*
 * lib/bitmap.c - a set of small numbers, one bit each: searching it.
 *
 * A search looks at a word at a time: bits before `start` are masked away in
 * the first word, and a hit at or beyond `n` counts as none.
 *
 * Tests  grade/unit/test_bitmap.c
 */
#include "lib/bitmap.h"

/* Find a one in the words xored with `flip`: 0 looks for ones, ~0 for zeros. */
static size_t find_bit(const u64 *map, size_t n, size_t start, u64 flip)
{
    if (start >= n)
        return n;
    u64 mask = ~(u64)0 << (start % 64);
    for (size_t w = start / 64; w < BITMAP_WORDS(n); w++, mask = ~(u64)0) {
        u64 word = (map[w] ^ flip) & mask;
        if (word != 0) {
            size_t i = w * 64 + (size_t)__builtin_ctzll(word);
            return i < n ? i : n;
        }
    }
    return n;
}

size_t bitmap_find_set(const u64 *map, size_t n, size_t start)
{
    return find_bit(map, n, start, 0);
}

size_t bitmap_find_clear(const u64 *map, size_t n, size_t start)
{
    return find_bit(map, n, start, ~(u64)0);
}

size_t bitmap_find_clear_run(const u64 *map, size_t n, size_t len)
{
    size_t start = bitmap_find_clear(map, n, 0);
    while (start < n && n - start >= len) {
        size_t end = bitmap_find_set(map, n, start);
        if (end - start >= len)
            return start;
        start = bitmap_find_clear(map, n, end);
    }
    return n;
}
