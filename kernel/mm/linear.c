/*
 * mm/linear.c - first fit: the lowest frames that will do.
 *
 * The frames' states are the whole data structure.  Memory is looked at in
 * steps of the block's own size, so what is found is aligned by construction:
 *
 *     order 1, step 2    |U .|. U|. .|. .|U .|     U used, . free
 *                         no  no  yes
 *
 * Invariants  a free frame is PAGE_FREE, order 0
 *             no frame below pages[hint] is free: scans start there
 * Locks       zone->lock, held by the caller
 * Tests       grade/unit/test_linear.c, kernel/test/linear.c
 */
#include "mm/linear.h"

#include "lib/bits.h"
#include "lib/panic.h"

/* Nothing to build: the states that zone_init() left say it all. */
static void linear_init(struct zone *zone)
{
    assert(zone->hint == 0);
}

static bool all_free(const struct page *first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (first[i].state != PAGE_FREE)
            return false;
    return true;
}

/* The first n free frames that are aligned to n, or NULL. */
static struct page *find_run(struct zone *zone, size_t n)
{
    pfn_t end = zone->first_pfn + zone->n_frames;
    pfn_t pfn = align_up(zone->first_pfn + zone->hint, n);
    for (; pfn + n <= end; pfn += n) {
        struct page *page = zone_find(zone, pfn);
        if (all_free(page, n))
            return page;
    }
    return NULL;
}

static struct page *linear_alloc(struct zone *zone, unsigned order)
{
    size_t n = (size_t)1 << order;
    assert(spin_held(&zone->lock));
    struct page *page = find_run(zone, n);
    if (!page)
        return NULL;

    for (size_t i = 0; i < n; i++)
        page[i].state = PAGE_TAIL;
    page->state = PAGE_USED;
    page->order = (u8)order;
    zone->n_free -= n;
    /* A scan for one frame has seen that all below are taken; a scan for an
     * aligned run may have stepped over free ones. */
    size_t i = (size_t)(page - zone->pages);
    if (order == 0 || i == zone->hint)
        zone->hint = i + n;
    return page;
}

static void linear_free(struct zone *zone, struct page *page)
{
    size_t n = (size_t)1 << page->order;
    size_t first = (size_t)(page - zone->pages);
    assert(spin_held(&zone->lock));
    assert(page->state == PAGE_USED);

    for (size_t i = 0; i < n; i++)
        page[i].state = PAGE_FREE;
    page->order = 0;
    zone->n_free += n;
    if (first < zone->hint)
        zone->hint = first;
}

const struct zone_ops linear_ops = {
    .name = "linear",
    .init = linear_init,
    .alloc = linear_alloc,
    .free = linear_free,
};
