/*
 * lib/bitmap.h - a set of small numbers, one bit each, in an array of u64.
 *
 * The caller knows the size and holds whatever lock guards the array.
 */
#ifndef LIB_BITMAP_H
#define LIB_BITMAP_H

#include "lib/types.h"

/* Words needed for n bits, as a constant. */
#define BITMAP_WORDS(n) (((n) + 63) / 64)

static inline void bitmap_set(u64 *map, size_t i)
{
    map[i / 64] |= (u64)1 << (i % 64);
}

static inline void bitmap_clear(u64 *map, size_t i)
{
    map[i / 64] &= ~((u64)1 << (i % 64));
}

static inline bool bitmap_test(const u64 *map, size_t i)
{
    return map[i / 64] >> (i % 64) & 1;
}

/* The first set (clear) bit at or after `start` and below `n`; else n. */
size_t bitmap_find_set(const u64 *map, size_t n, size_t start);
size_t bitmap_find_clear(const u64 *map, size_t n, size_t start);

/* Where the first run of `len` clear bits below n starts, else n. */
size_t bitmap_find_clear_run(const u64 *map, size_t n, size_t len);

#endif
