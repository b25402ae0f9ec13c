/*
 * mm/buddy.c - the buddy system.
 *
 * Free memory lies in blocks of 2^order frames, aligned to their size, on one
 * list an order.  A request takes the smallest block that is large enough and
 * halves it until it fits; the halves left over go on their lists.  The buddy
 * of a block is its other half: the block whose first frame number differs in
 * bit `order` only.  When a block comes back and its buddy is free, the two
 * become one again, and so on upwards:
 *
 *     frame       0 1 2 3 4 5 6 7
 *     free        [2  . . .]| [1 .]          alloc(0): 6,7 is split
 *     after        2  . . .   U 0 ...        frame U used, its buddy free
 *     after free  [3  . . . . . . .]         all merged
 *
 * Invariants  a free block's first frame is PAGE_FREE with the block's order
 *             and on the list of that order; its others are PAGE_TAIL
 *             two free buddies never coexist below PAGE_ORDER_MAX
 * Locks       zone->lock, held by the caller
 * Spec        Knuth, The Art of Computer Programming 1, section 2.5
 * Tests       grade/unit/test_buddy.c, kernel/test/buddy.c
 */
#include "mm/buddy.h"

#include "lib/bits.h"
#include "lib/panic.h"

static void block_push(struct zone *zone, struct page *page, unsigned order)
{
    page->state = PAGE_FREE;
    page->order = (u8)order;
    list_push_front(&zone->free[order], &page->link);
}

/* The block's buddy if it lies in the zone and is free as a whole, or NULL. */
static struct page *find_free_buddy(struct zone *zone, struct page *page,
                                    unsigned order)
{
    struct page *buddy = zone_find(zone, zone_pfn(zone, page) ^ (1u << order));
    if (!buddy || buddy->state != PAGE_FREE || buddy->order != order)
        return NULL;
    return buddy;
}

/* The largest order of a block that starts at `pfn` and has <= n frames. */
static unsigned largest_order(pfn_t pfn, size_t n)
{
    unsigned order = 0;
    while (order < PAGE_ORDER_MAX && is_aligned(pfn, 2u << order) &&
           (2u << order) <= n)
        order++;
    return order;
}

/* Put n free frames on the lists, in blocks as large as they can be. */
static void add_run(struct zone *zone, struct page *page, size_t n)
{
    while (n > 0) {
        unsigned order = largest_order(zone_pfn(zone, page), n);
        size_t len = (size_t)1 << order;
        for (size_t i = 1; i < len; i++)
            page[i].state = PAGE_TAIL;
        block_push(zone, page, order);
        page += len;
        n -= len;
    }
}

static void buddy_init(struct zone *zone)
{
    struct page *page = zone->pages;
    struct page *end = zone->pages + zone->n_frames;
    assert(spin_held(&zone->lock));
    while (page < end) {
        struct page *first = page;
        while (page < end && page->state == PAGE_FREE)
            page++;
        add_run(zone, first, (size_t)(page - first));
        while (page < end && page->state == PAGE_RESERVED)
            page++;
    }
}

/* Cut a block of `order` down to `wanted`, giving back the upper halves. */
static void split(struct zone *zone, struct page *page, unsigned order,
                  unsigned wanted)
{
    while (order > wanted) {
        order--;
        block_push(zone, page + (1u << order), order);
    }
}

static struct page *buddy_alloc(struct zone *zone, unsigned wanted)
{
    unsigned order = wanted;
    assert(spin_held(&zone->lock));
    while (order < N_PAGE_ORDERS && list_is_empty(&zone->free[order]))
        order++;
    if (order == N_PAGE_ORDERS)
        return NULL;

    struct list *link = list_pop_front(&zone->free[order]);
    struct page *page = list_entry(link, struct page, link);
    assert(page->state == PAGE_FREE && page->order == order);
    split(zone, page, order, wanted);
    page->state = PAGE_USED;
    page->order = (u8)wanted;
    zone->n_free -= (size_t)1 << wanted;
    return page;
}

static void buddy_free(struct zone *zone, struct page *page)
{
    unsigned order = page->order;
    assert(spin_held(&zone->lock));
    assert(page->state == PAGE_USED);
    zone->n_free += (size_t)1 << order;

    while (order < PAGE_ORDER_MAX) {
        struct page *buddy = find_free_buddy(zone, page, order);
        if (!buddy)
            break;
        list_remove(&buddy->link);
        struct page *upper = buddy > page ? buddy : page;
        page = buddy > page ? page : buddy;
        upper->state = PAGE_TAIL;
        order++;
    }
    block_push(zone, page, order);
}

const struct zone_ops buddy_ops = {
    .name = "buddy",
    .init = buddy_init,
    .alloc = buddy_alloc,
    .free = buddy_free,
};
