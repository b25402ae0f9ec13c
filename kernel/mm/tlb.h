/*
 * mm/tlb.h - make the CPUs forget translations.
 *
 * CPUs remember translations (in the TLB), and nobody tells them when a page
 * table changes.  Until every CPU that may remember has been told, a frame
 * that was taken out of a table is still reachable through the old mapping.
 * So, always in this order:
 *
 *     change the entries -> tlb_batch_finish() -> give the frames away
 *
 * A batch collects what changed, so that other CPUs are interrupted once, not
 * once a page.
 *
 *     struct tlb_batch batch;
 *     tlb_batch_begin(&batch, &table->cpus);
 *     err = page_table_unmap(table, va, len, &batch);
 *     tlb_batch_finish(&batch);
 *
 * A batch is its owner's alone, on the stack.  No locks.
 */
#ifndef MM_TLB_H
#define MM_TLB_H

#include "lib/types.h"

struct page;

enum {
    TLB_BATCH_ADDRESSES = 24, /* above that, forgetting all is cheaper */
    TLB_BATCH_PAGES = 8,
};

struct tlb_batch {
    const u32 *cpus; /* [A] set of CPUs that may remember; read at the end */
    u32 n_addresses; /* above TLB_BATCH_ADDRESSES: everything changed */
    u32 n_pages;
    vaddr_t addresses[TLB_BATCH_ADDRESSES];
    struct page *pages[TLB_BATCH_PAGES]; /* to be put once forgotten */
};

/* Start a batch for a table that the CPUs in the set *users use. */
void tlb_batch_begin(struct tlb_batch *batch, const u32 *users);

/* The leaf that maps `va`, however large, has been taken away or restricted. */
void tlb_batch_add(struct tlb_batch *batch, vaddr_t va);

/* Drop a reference to `page` (page_put()) once all CPUs have forgotten what
 * was added so far. */
void tlb_batch_put(struct tlb_batch *batch, struct page *page);

/*
 * Make all CPUs in *users forget, wait until they have, then put the pages.
 * Does nothing if nothing was added.  The batch is as good as new afterwards.
 * Interrupts other CPUs (core/cpucall.h); spinlocks may be held.
 */
void tlb_batch_finish(struct tlb_batch *batch);

/* [A] How often tlb_batch_finish() had anything to forget; for tests. */
extern u64 tlb_n_flushes;

#endif
