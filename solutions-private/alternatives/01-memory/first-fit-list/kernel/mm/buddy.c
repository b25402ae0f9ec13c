/*
 * mm/buddy.c - not a buddy system: a list of free runs, first fit.
 *
 * A run is a stretch of free frames with no free frame on either side.  Its
 * first page links it to the next run by address and says how long it is.
 *
 *     free[0].next --> [run] --> [run] --> NULL
 *
 * Invariants  runs are sorted and never touch each other
 *             all frames of a run are PAGE_FREE
 * Locks       zone->lock, held by the caller
 */
#include "mm/buddy.h"

#include "lib/bits.h"
#include "lib/panic.h"

/* How a run's first page uses its link. */
struct run {
    struct run *next;
    size_t n_frames;
};
static_assert(sizeof(struct run) == sizeof(struct list), "fits the link");

static struct run *first_run(struct zone *zone)
{
    return (struct run *)&zone->free[0];
}

static struct page *run_page(struct run *run)
{
    return list_entry((struct list *)run, struct page, link);
}

static struct run *page_run(struct page *page)
{
    return (struct run *)&page->link;
}

/* Put a run behind `before`; joins them if they touch. */
static void add_run(struct zone *zone, struct run *before, struct page *page,
                    size_t n)
{
    if (before != first_run(zone) &&
        run_page(before) + before->n_frames == page) {
        before->n_frames += n;
    } else {
        struct run *run = page_run(page);
        *run = (struct run){before->next, n};
        before->next = run;
        before = run;
    }
    struct run *next = before->next;
    if (next && before != first_run(zone) &&
        run_page(before) + before->n_frames == run_page(next)) {
        before->n_frames += next->n_frames;
        before->next = next->next;
    }
}

static void buddy_init(struct zone *zone)
{
    struct run *last = first_run(zone);
    *last = (struct run){};
    for (size_t i = 0; i < zone->n_frames; i++) {
        if (zone->pages[i].state != PAGE_FREE)
            continue;
        add_run(zone, last, &zone->pages[i], 1);
        if (last->next)
            last = last->next;
    }
}

/* The first aligned page of a run with n frames from there on, or NULL. */
static struct page *find_room(const struct zone *zone, struct run *run,
                              size_t n)
{
    pfn_t pfn = zone_pfn(zone, run_page(run));
    pfn_t start = align_up(pfn, n);
    if (start + n > pfn + run->n_frames)
        return NULL;
    return run_page(run) + (start - pfn);
}

/* Cut n frames from `page` on out of the run behind `before`. */
static void cut_run(struct zone *zone, struct run *before, struct page *page,
                    size_t n)
{
    struct page *first = run_page(before->next);
    size_t n_front = (size_t)(page - first);
    size_t n_back = before->next->n_frames - n_front - n;
    before->next = before->next->next;
    if (n_back > 0)
        add_run(zone, before, page + n, n_back);
    if (n_front > 0)
        add_run(zone, before, first, n_front);
}

static struct page *buddy_alloc(struct zone *zone, unsigned order)
{
    size_t n = (size_t)1 << order;
    struct page *page = NULL;
    struct run *before = first_run(zone);
    while (before->next && !(page = find_room(zone, before->next, n)))
        before = before->next;
    if (!page)
        return NULL;
    cut_run(zone, before, page, n);
    for (size_t i = 0; i < n; i++)
        page[i].state = PAGE_TAIL;
    page->state = PAGE_USED;
    page->order = (u8)order;
    zone->n_free -= n;
    return page;
}

static void buddy_free(struct zone *zone, struct page *page)
{
    size_t n = (size_t)1 << page->order;
    struct run *before = first_run(zone);
    assert(page->state == PAGE_USED);
    while (before->next && run_page(before->next) < page)
        before = before->next;
    for (size_t i = 0; i < n; i++)
        page[i].state = PAGE_FREE;
    page->order = 0;
    add_run(zone, before, page, n);
    zone->n_free += n;
}

const struct zone_ops buddy_ops = {
    .name = "buddy",
    .init = buddy_init,
    .alloc = buddy_alloc,
    .free = buddy_free,
};
