/*
 * core/lockrank.h - the lock order, outermost first.
 *
 * A CPU may take a spinlock only if its rank is larger than that of every
 * spinlock it holds; DEBUG=1 panics on anything else.  Ranks keep gaps of ten
 * so that a new lock does not renumber the others.
 */
#ifndef CORE_LOCKRANK_H
#define CORE_LOCKRANK_H

enum lock_rank {
    RANK_TEST = 10,
    RANK_KERNEL_MAP = 20, /* kernel page table, KVA ranges */
    RANK_MUTEX = 30,      /* inside of a mutex or rwlock */
    RANK_WORKER = 35,     /* a worker's list of things to do */
    RANK_THREAD = 40,     /* thread lifetime: join, exit */
    RANK_WAIT_GRAPH = 45, /* who waits for whom: deadlock.c */
    RANK_WAIT_QUEUE = 50,
    RANK_TIMER = 70,
    RANK_RUN_QUEUE = 80,
    RANK_SLAB = 90,
    RANK_ZONE = 100, /* free page frames */
    RANK_CONSOLE = 120,
    RANK_RECORD = 130,
};

#endif
