/*
 * mm/tlb.c - make the CPUs forget translations.
 *
 * A few addresses are forgotten one by one (INVLPG), many by loading CR3
 * again, which forgets all.  INVLPG forgets a large page as a whole.  CPUs
 * remember tables as well as translations; either way forgets all of these, so
 * freed tables need no address of their own.
 *
 * Spec   Intel SDM 3A, section 4.10.4
 * Tests  grade/unit/test_pagetable.c, kernel/test/tlb.c
 */
#include "mm/tlb.h"

#include "arch/x86_64/mmu.h"
#include "core/cpucall.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "mm/pageref.h"

u64 tlb_n_flushes;

void tlb_batch_begin(struct tlb_batch *batch, const u32 *users)
{
    batch->cpus = users;
    batch->n_addresses = 0;
    batch->n_pages = 0;
}

void tlb_batch_add(struct tlb_batch *batch, vaddr_t va)
{
    assert(batch->cpus); /* else: never begun */
    if (batch->n_addresses < TLB_BATCH_ADDRESSES)
        batch->addresses[batch->n_addresses] = va;
    if (batch->n_addresses <= TLB_BATCH_ADDRESSES)
        batch->n_addresses++;
}

void tlb_batch_put(struct tlb_batch *batch, struct page *page)
{
    assert(batch->cpus);
    if (batch->n_pages == TLB_BATCH_PAGES)
        tlb_batch_finish(batch);
    batch->pages[batch->n_pages++] = page;
}

/* Runs on every CPU that may remember; with interrupts off. */
static void forget(void *arg)
{
    const struct tlb_batch *batch = arg;
    u32 n = batch->n_addresses;
    if (n == 0 || n > TLB_BATCH_ADDRESSES) { /* only tables, or too many */
        mmu_load(mmu_root());
        return;
    }
    for (u32 i = 0; i < n; i++)
        mmu_invalidate(batch->addresses[i]);
}

void tlb_batch_finish(struct tlb_batch *batch)
{
    if (batch->n_addresses > 0 || batch->n_pages > 0) {
        atomic_add(&tlb_n_flushes, 1);
        /* Whoever joins the CPUs after they are read here must find the
         * entries changed: the stores come before the load. */
        atomic_fence();
        cpucall(atomic_load(batch->cpus), forget, batch);
    }
    for (u32 i = 0; i < batch->n_pages; i++)
        page_put(batch->pages[i]);
    tlb_batch_begin(batch, batch->cpus);
}
