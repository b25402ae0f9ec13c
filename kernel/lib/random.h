/*
 * lib/random.h - small repeatable random numbers (splitmix64) for tests and
 * forced preemption.  The same seed gives the same numbers on the host and in
 * the kernel.  Never for secrets.
 */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include "lib/types.h"

struct random {
    u64 state;
};

static inline void random_seed(struct random *r, u64 seed)
{
    r->state = seed;
}

static inline u64 random_next(struct random *r)
{
    u64 z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A number in [0, n); n > 0. */
static inline u64 random_below(struct random *r, u64 n)
{
    return random_next(r) % n;
}

#endif
