/*
 * core/refcount.h - how many share an object; the last one out frees it.
 *
 * The count saturates: an object that was ever shared 2^31 times is leaked,
 * never freed while somebody uses it.
 */
#ifndef CORE_REFCOUNT_H
#define CORE_REFCOUNT_H

#include "lib/atomic.h"
#include "lib/compiler.h"
#include "lib/panic.h"
#include "lib/types.h"

struct refcount {
    u32 n; /* [A] at least REFCOUNT_SATURATED: stuck for ever */
};

enum { REFCOUNT_SATURATED = 0x7fffffff };

/* The object is new and has one user. */
static inline void refcount_init(struct refcount *refs)
{
    atomic_store(&refs->n, 1);
}

/* Another user, who got the object from one that has it. */
static inline void refcount_get(struct refcount *refs)
{
    u32 n = atomic_load(&refs->n);
    do {
        assert(n > 0); /* else: used after its last user left */
        if (n >= REFCOUNT_SATURATED)
            return;
    } while (!atomic_compare_exchange(&refs->n, &n, n + 1));
}

/* One user less.  True for the last one, who must free the object. */
MUST_CHECK static inline bool refcount_put(struct refcount *refs)
{
    u32 n = atomic_load(&refs->n);
    do {
        assert(n > 0); /* else: put twice */
        if (n >= REFCOUNT_SATURATED)
            return false;
    } while (!atomic_compare_exchange(&refs->n, &n, n - 1));
    return n == 1;
}

#endif
