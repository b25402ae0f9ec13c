/*
 * lib/bits.h - powers of two: rounding, testing, logarithms.
 */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include "lib/types.h"

static inline bool is_power_of_two(u64 n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

/* Round down to a multiple of `unit`, a power of two. */
static inline u64 align_down(u64 n, u64 unit)
{
    return n & ~(unit - 1);
}

/* Round up to a multiple of `unit`, a power of two; n + unit - 1 must fit. */
static inline u64 align_up(u64 n, u64 unit)
{
    return align_down(n + unit - 1, unit);
}

static inline bool is_aligned(u64 n, u64 unit)
{
    return (n & (unit - 1)) == 0;
}

/* The largest k with 2^k <= n; n > 0. */
static inline unsigned log2_floor(u64 n)
{
    return 63 - (unsigned)__builtin_clzll(n);
}

/* The smallest k with 2^k >= n; n > 0. */
static inline unsigned log2_ceil(u64 n)
{
    return n == 1 ? 0 : log2_floor(n - 1) + 1;
}

#endif
