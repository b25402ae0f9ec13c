/*
 * test/zone_model.c - a page allocator's contract, as a counting oracle.
 *
 * For every order the model counts the taken frames in each aligned block.  A
 * request may fail only if no block of its order has the count 0.
 *
 * Tests  every test of an allocator; grade/unit/test_zone_model.c
 */
#include "test/zone_model.h"

#include "lib/bits.h"
#include "lib/format.h"
#include "lib/string.h"

enum { OWNER_FREE, OWNER_RESERVED, OWNER_USED };

#define WRONG(model, ...)                                                \
    (format_string((model)->error, sizeof((model)->error), __VA_ARGS__), \
     (model)->error)

/* Aligned blocks that the zone touches, the partial ones at its ends too. */
static size_t count_blocks(pfn_t first_pfn, size_t n_frames, unsigned order)
{
    if (n_frames == 0)
        return 0;
    return ((first_pfn + n_frames - 1) >> order) - (first_pfn >> order) + 1;
}

size_t zone_model_size(size_t n_frames)
{
    size_t len = align_up(n_frames, 8);
    for (unsigned order = 0; order < N_PAGE_ORDERS; order++)
        len += align_up(((n_frames >> order) + 2) * sizeof(u16), 8);
    return len;
}

static u16 *taken_in(const struct zone_model *model, pfn_t pfn, unsigned order)
{
    pfn_t first = model->zone->first_pfn >> order;
    return &model->n_taken[order][(pfn >> order) - first];
}

/* Frames of the aligned block around `pfn` become taken, or free. */
static void add_taken(struct zone_model *model, pfn_t pfn, unsigned order,
                      int n)
{
    u16 *taken = taken_in(model, pfn, order);
    model->n_whole[order] -= *taken == 0;
    *taken = (u16)(*taken + n);
    model->n_whole[order] += *taken == 0;
}

/* An aligned block of 2^order frames becomes taken (sign 1) or free (-1). */
static void mark_block(struct zone_model *model, pfn_t pfn, unsigned order,
                       int sign)
{
    for (unsigned k = 0; k < order; k++)
        for (pfn_t i = 0; i < 1u << order; i += 1u << k)
            add_taken(model, pfn + i, k, sign * (1 << k));
    for (unsigned k = order; k < N_PAGE_ORDERS; k++)
        add_taken(model, pfn, k, sign * (1 << order));
}

/* Blocks that reach out of the zone never are whole. */
static void spoil_edges(struct zone_model *model, unsigned order)
{
    pfn_t first = model->zone->first_pfn;
    pfn_t end = first + model->n_frames;
    if (!is_aligned(first, 1u << order))
        add_taken(model, first, order, (int)(first & ((1u << order) - 1)));
    if (!is_aligned(end, 1u << order))
        add_taken(model, end, order,
                  (int)((1u << order) - (end & ((1u << order) - 1))));
}

void zone_model_init(struct zone_model *model, struct zone *zone,
                     struct page *pages, pfn_t first_pfn, size_t n_frames,
                     void *memory)
{
    char *next = memory;
    zone->first_pfn = first_pfn;
    *model = (struct zone_model){.zone = zone, .n_frames = n_frames};
    memset(memory, 0, zone_model_size(n_frames));
    model->owner = (u8 *)next;
    next += align_up(n_frames, 8);
    for (unsigned order = 0; order < N_PAGE_ORDERS; order++) {
        model->n_taken[order] = (u16 *)(void *)next;
        next += align_up(((n_frames >> order) + 2) * sizeof(u16), 8);
        model->n_whole[order] = count_blocks(first_pfn, n_frames, order);
        spoil_edges(model, order);
    }
    for (size_t i = 0; i < n_frames; i++) {
        bool is_free = pages[i].state == PAGE_FREE;
        model->owner[i] = is_free ? OWNER_FREE : OWNER_RESERVED;
        model->n_free += is_free;
        if (!is_free)
            mark_block(model, first_pfn + i, 0, 1);
    }
}

bool zone_model_may_fail(const struct zone_model *model, unsigned order)
{
    return model->n_whole[order] == 0;
}

/* Where the answer lies: NULL, or what is wrong with that. */
static const char *check_place(struct zone_model *model, struct page *page,
                               unsigned order)
{
    struct zone *zone = model->zone;
    pfn_t pfn = zone_pfn(zone, page);
    size_t n = (size_t)1 << order;
    if (!zone_find(zone, pfn) || &zone->pages[pfn - zone->first_pfn] != page)
        return WRONG(model,
                     "alloc(order %u) gave a page that is not in the "
                     "zone",
                     order);
    if (!is_aligned(pfn, n))
        return WRONG(model,
                     "alloc(order %u) gave frame %#lx, which is not a "
                     "multiple of %#zx",
                     order, pfn, n);
    if (!zone_find(zone, pfn + n - 1))
        return WRONG(model,
                     "alloc(order %u) gave frame %#lx: the block ends "
                     "outside of the zone",
                     order, pfn);
    for (size_t i = 0; i < n; i++) {
        u8 owner = model->owner[pfn - zone->first_pfn + i];
        if (owner != OWNER_FREE)
            return WRONG(model,
                         "alloc(order %u) gave frame %#lx, but frame "
                         "%#lx is %s",
                         order, pfn, pfn + i,
                         owner == OWNER_USED ? "in use" : "reserved");
    }
    return NULL;
}

static const char *state_name(u8 state)
{
    static const char *const names[] = {
        [PAGE_RESERVED] = "PAGE_RESERVED",
        [PAGE_FREE] = "PAGE_FREE",
        [PAGE_USED] = "PAGE_USED",
        [PAGE_TAIL] = "PAGE_TAIL",
    };
    return state < ARRAY_LEN(names) ? names[state] : "unknown";
}

/* What the answer's pages say: NULL, or what is wrong with that. */
static const char *check_pages(struct zone_model *model, struct page *page,
                               unsigned order)
{
    pfn_t pfn = zone_pfn(model->zone, page);
    if (page->state != PAGE_USED || page->order != order)
        return WRONG(model,
                     "alloc(order %u): first page (frame %#lx) has "
                     "state %s, order %u; should be PAGE_USED, order %u",
                     order, pfn, state_name(page->state), page->order, order);
    for (size_t i = 1; i < (size_t)1 << order; i++)
        if (page[i].state != PAGE_TAIL)
            return WRONG(model,
                         "alloc(order %u): page %zu of the block has "
                         "state %s, should be PAGE_TAIL",
                         order, i, state_name(page[i].state));
    return NULL;
}

static const char *check_count(struct zone_model *model, const char *after)
{
    if (model->zone->n_free == model->n_free)
        return NULL;
    return WRONG(model, "n_free is %zu after %s, should be %zu",
                 model->zone->n_free, after, model->n_free);
}

static void set_owner(struct zone_model *model, pfn_t pfn, unsigned order,
                      u8 owner)
{
    memset(&model->owner[pfn - model->zone->first_pfn], owner,
           (size_t)1 << order);
}

static const char *check_failure(struct zone_model *model, unsigned order)
{
    if (!zone_model_may_fail(model, order))
        return WRONG(model,
                     "alloc(order %u) failed, but %zu aligned blocks "
                     "of that size are free",
                     order, model->n_whole[order]);
    return check_count(model, "an alloc that failed");
}

const char *zone_model_alloc(struct zone_model *model, unsigned order,
                             struct page **result)
{
    struct zone *zone = model->zone;
    spin_lock(&zone->lock);
    struct page *page = zone->ops->alloc(zone, order);
    spin_unlock(&zone->lock);
    *result = page;
    if (!page)
        return check_failure(model, order);

    const char *wrong = check_place(model, page, order);
    if (!wrong)
        wrong = check_pages(model, page, order);
    if (wrong)
        return wrong;
    pfn_t pfn = zone_pfn(zone, page);
    set_owner(model, pfn, order, OWNER_USED);
    mark_block(model, pfn, order, 1);
    model->n_free -= (size_t)1 << order;
    return check_count(model, "alloc");
}

const char *zone_model_free(struct zone_model *model, struct page *page)
{
    struct zone *zone = model->zone;
    pfn_t pfn = zone_pfn(zone, page);
    unsigned order = page->order;
    set_owner(model, pfn, order, OWNER_FREE);
    mark_block(model, pfn, order, -1);
    model->n_free += (size_t)1 << order;

    spin_lock(&zone->lock);
    zone->ops->free(zone, page);
    spin_unlock(&zone->lock);
    if (page->state == PAGE_USED)
        return WRONG(model, "frame %#lx is still PAGE_USED after free", pfn);
    return check_count(model, "free");
}
