/*
 * mm/pageref.c - reference counts of page frames.
 *
 * Invariants  refs > 0 exactly while the block is allocated
 *             PAGE_REFS_SATURATED never changes again
 * Locks       none: each change is one compare-and-exchange
 * Tests       grade/unit/test_pageref.c, kernel/test/pageref.c
 */
#include "mm/pageref.h"

#include "lib/atomic.h"
#include "lib/panic.h"
#include "mm/page.h"

void page_get(struct page *page)
{
    u32 old = atomic_load(&page->refs);
    assert(page->state == PAGE_USED);
    do {
        assert(old > 0); /* else: used after it was freed */
        if (old == PAGE_REFS_SATURATED)
            return;
    } while (!atomic_compare_exchange(&page->refs, &old, old + 1));
}

void page_put(struct page *page)
{
    u32 old = atomic_load(&page->refs);
    do {
        assert(old > 0); /* else: freed twice */
        if (old == PAGE_REFS_SATURATED)
            return;
    } while (!atomic_compare_exchange(&page->refs, &old, old - 1));
    if (old == 1)
        page_free(page);
}

bool page_is_shared(const struct page *page)
{
    u32 refs = atomic_load(&page->refs);
    assert(refs > 0);
    return refs > 1;
}
