/*
 * test/zone_model.h - what a page allocator's answers are held against.
 *
 * A model of a zone that knows only the contract of mm/zone.h: which frames
 * are reserved, which blocks are out, and so which requests must succeed.  It
 * calls the allocator under test, looks at what comes back, and says in a
 * sentence what is wrong with it.  No answer of the allocator is believed.
 *
 * Used by the tests in the kernel and by those on the host.
 */
#ifndef TEST_ZONE_MODEL_H
#define TEST_ZONE_MODEL_H

#include "mm/zone.h"

struct zone_model {
    struct zone *zone;
    size_t n_frames;
    size_t n_free;
    u8 *owner;                     /* a frame: 0 free, 1 reserved, 2 used */
    u16 *n_taken[N_PAGE_ORDERS];   /* in each aligned block: frames not free */
    size_t n_whole[N_PAGE_ORDERS]; /* aligned blocks without a taken frame */
    char error[160];
};

/* Bytes that a model of a zone of n frames needs. */
size_t zone_model_size(size_t n_frames);

/*
 * Make a model of a zone of which zone_init() has not been called yet: reads
 * the reserved frames from `pages`.  `memory` has zone_model_size() bytes,
 * aligned to 8, for as long as the model is used.
 */
void zone_model_init(struct zone_model *model, struct zone *zone,
                     struct page *pages, pfn_t first_pfn, size_t n_frames,
                     void *memory);

/* Whether the contract lets a request of this order fail now. */
bool zone_model_may_fail(const struct zone_model *model, unsigned order);

/*
 * Ask the zone's allocator for a block; *page is it, or NULL if there is none.
 * Returns NULL if that answer was right, else what is wrong with it.
 */
const char *zone_model_alloc(struct zone_model *model, unsigned order,
                             struct page **page);

/* Give a block back.  Returns NULL or what is wrong. */
const char *zone_model_free(struct zone_model *model, struct page *page);

#endif
