/*
 * lib/atomic.h - the few atomic operations the kernel uses, on plain u32/u64
 * fields marked [A].  Loads acquire, stores release, the rest is sequentially
 * consistent (on x86-64 all cost the same).
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#define atomic_load(p)        __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_store(p, v)    __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define atomic_add(p, v)      __atomic_add_fetch((p), (v), __ATOMIC_SEQ_CST)
#define atomic_sub(p, v)      __atomic_sub_fetch((p), (v), __ATOMIC_SEQ_CST)
#define atomic_or(p, v)       __atomic_fetch_or((p), (v), __ATOMIC_SEQ_CST)
#define atomic_and(p, v)      __atomic_fetch_and((p), (v), __ATOMIC_SEQ_CST)
#define atomic_exchange(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)

/* If *p == *expected, set *p to v and say true; else load *p to *expected. */
#define atomic_compare_exchange(p, expected, v)                            \
    __atomic_compare_exchange_n((p), (expected), (v), 0, __ATOMIC_SEQ_CST, \
                                __ATOMIC_SEQ_CST)

/* Order all memory accesses before against all after, for every CPU. */
#define atomic_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)

#endif
