/*
 * mm/zone.c - a zone's lock, and what its allocator must not get wrong.
 *
 * The asserts here cost a few instructions a call.  They turn a broken
 * allocator into a panic at the first wrong block, instead of memory that two
 * owners write to much later.
 *
 * Locks  zone->lock (RANK_ZONE); never sleeps
 * Tests  grade/unit/test_linear.c, grade/unit/test_buddy.c
 */
#include "mm/zone.h"

#include "lib/bits.h"
#include "lib/panic.h"

static void count_frames(struct zone *zone)
{
    zone->n_free = 0;
    for (size_t i = 0; i < zone->n_frames; i++) {
        assert(zone->pages[i].state == PAGE_FREE ||
               zone->pages[i].state == PAGE_RESERVED);
        zone->n_free += zone->pages[i].state == PAGE_FREE;
    }
    zone->n_managed = zone->n_free;
}

void zone_init(struct zone *zone, const char *name, const struct zone_ops *ops,
               struct page *pages, pfn_t first_pfn, size_t n_frames)
{
    spin_init(&zone->lock, "zone", RANK_ZONE);
    zone->name = name;
    zone->ops = ops;
    zone->pages = pages;
    zone->first_pfn = first_pfn;
    zone->n_frames = n_frames;
    zone->hint = 0;
    for (unsigned order = 0; order < N_PAGE_ORDERS; order++)
        list_init(&zone->free[order]);
    count_frames(zone);

    spin_lock(&zone->lock);
    ops->init(zone);
    assert(zone->n_free == zone->n_managed);
    spin_unlock(&zone->lock);
}

/* What must hold of a block that the allocator gives out or takes back. */
static void assert_block(const struct zone *zone, const struct page *page)
{
    pfn_t pfn = zone_pfn(zone, page);
    u64 n = (u64)1 << page->order;
    assert(page->state == PAGE_USED); /* else: freed twice, or never ours */
    assert(page->order <= PAGE_ORDER_MAX);
    assert(is_aligned(pfn, n));
    assert(zone_find(zone, pfn) == page);
    assert(zone_find(zone, pfn + n - 1));
    assert(n == 1 || page[n - 1].state == PAGE_TAIL);
}

struct page *zone_alloc(struct zone *zone, unsigned order)
{
    assert(order <= PAGE_ORDER_MAX);
    spin_lock(&zone->lock);
    size_t n_free = zone->n_free;
    struct page *page = zone->ops->alloc(zone, order);
    if (page) {
        assert_block(zone, page);
        assert(page->order == order);
        assert(zone->n_free == n_free - ((size_t)1 << order));
    }
    spin_unlock(&zone->lock);
    return page;
}

void zone_free(struct zone *zone, struct page *page)
{
    spin_lock(&zone->lock);
    assert_block(zone, page);
    size_t n_free = zone->n_free;
    size_t n = (size_t)1 << page->order;
    zone->ops->free(zone, page);
    assert(zone->n_free == n_free + n);
    assert(zone->n_free <= zone->n_managed);
    spin_unlock(&zone->lock);
}
