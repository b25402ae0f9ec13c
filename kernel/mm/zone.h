/*
 * mm/zone.h - a stretch of page frames and the allocator that hands them out.
 *
 * A zone is `n_frames` consecutive frames from `first_pfn` on, with one struct
 * page each.  Which of them are free is the business of its `ops`: mm/linear.c
 * and mm/buddy.c are two answers to the same contract, and any third that
 * keeps it is as good.
 *
 * What a frame's `state` and `order` say:
 *
 *     PAGE_RESERVED  not ours: a hole, a device, the kernel's image
 *     PAGE_USED      first frame of an allocated block of 2^order frames
 *     PAGE_TAIL      any other frame of a block
 *     PAGE_FREE      free, as zone_init() finds it; afterwards the allocator
 *                    marks free frames as suits it, but never PAGE_USED or
 *                    PAGE_RESERVED
 */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include "core/spinlock.h"
#include "lib/list.h"
#include "lib/types.h"
#include "mm/page.h"

struct zone {
    struct spinlock lock;       /*     RANK_ZONE */
    const char *name;           /* [I] */
    const struct zone_ops *ops; /* [I] */
    struct page *pages;         /* [I] n_frames of them */
    pfn_t first_pfn;            /* [I] frame number of pages[0]: any number */
    size_t n_frames;            /* [I] */
    size_t n_managed;           /* [I] frames that are not reserved */
    size_t n_free;              /* [L] the ops keep it right */
    struct list free[N_PAGE_ORDERS]; /* [L] buddy: free blocks by order */
    size_t hint; /* [L] linear: no frame below pages[hint] is free */
};

/*
 * The contract of an allocator.  All run with zone->lock held, and touch
 * nothing but `state`, `order` and free frames' `link` of the zone's pages,
 * and the zone's `n_free`, `free` and `hint`.
 */
struct zone_ops {
    const char *name; /* as in pmm=NAME */

    /*
     * Take charge of a new zone.  Each frame is PAGE_FREE or PAGE_RESERVED
     * with order 0, n_free is right, the lists of `free` are empty, hint is 0.
     */
    void (*init)(struct zone *zone);

    /*
     * Allocate 2^order frames (order <= PAGE_ORDER_MAX), consecutive, all in
     * the zone and free, the first one's frame number a multiple of 2^order.
     * NULL only if the zone has no such frames, wherever they lie.  The first
     * becomes PAGE_USED with `order`, the others PAGE_TAIL; n_free falls by
     * 2^order.
     */
    struct page *(*alloc)(struct zone *zone, unsigned order);

    /*
     * Make the block that starts at `page` (PAGE_USED) free again, so that
     * alloc can use its frames together with any free ones beside them;
     * n_free grows by 2^page->order.
     */
    void (*free)(struct zone *zone, struct page *page);
};

/*
 * Make a zone of `n_frames` frames from `first_pfn` on.  `pages` has them all,
 * PAGE_FREE or PAGE_RESERVED, order 0.
 */
void zone_init(struct zone *zone, const char *name, const struct zone_ops *ops,
               struct page *pages, pfn_t first_pfn, size_t n_frames);

/* The ops' alloc and free under the lock, with asserts on what they did. */
struct page *zone_alloc(struct zone *zone, unsigned order) MUST_CHECK;
void zone_free(struct zone *zone, struct page *page);

/* The frame number of a page of this zone. */
static inline pfn_t zone_pfn(const struct zone *zone, const struct page *page)
{
    return zone->first_pfn + (pfn_t)(page - zone->pages);
}

/* The page of a frame number, or NULL if the zone has no such frame. */
static inline struct page *zone_find(const struct zone *zone, pfn_t pfn)
{
    if (pfn < zone->first_pfn || pfn - zone->first_pfn >= zone->n_frames)
        return NULL;
    return &zone->pages[pfn - zone->first_pfn];
}

#endif
