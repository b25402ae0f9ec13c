/*
 * zone_fixture.h - zones to try page allocators on, with a model beside them.
 *
 * For test_linear.c, test_buddy.c and test_pmm.c; test/zone_model.c is the
 * judge.
 */
#ifndef UNIT_ZONE_FIXTURE_H
#define UNIT_ZONE_FIXTURE_H

#include <stdlib.h>
#include <sys/mman.h>

#include "test/zone_model.h"
#include "unit.h"

enum {
    FIXTURE_BLOCKS_MAX = 1 << 20,
    FIXTURE_MARGIN = 1 << PAGE_ORDER_MAX, /* frames before and behind a zone */
};

struct fixture {
    struct zone zone;
    struct zone_model model;
    struct page *pages;
    size_t n_frames;
    void *memory;
    struct page **blocks; /* that are out */
    size_t n_blocks;
};

static inline void *fixture_map(size_t len)
{
    void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT(memory != MAP_FAILED, "no memory");
    return memory;
}

static inline size_t fixture_pages_len(const struct fixture *f)
{
    return (f->n_frames + 2 * FIXTURE_MARGIN) * sizeof(struct page);
}

/* Frames that look free, but are none of the zone's business. */
static inline void fixture_free_margin(struct page *page)
{
    for (size_t i = 0; i < FIXTURE_MARGIN; i++) {
        page[i].state = PAGE_FREE;
        list_init(&page[i].link);
    }
}

/* Frames of a zone to be, all free. */
static inline void fixture_begin(struct fixture *f, size_t n_frames)
{
    *f = (struct fixture){.n_frames = n_frames};
    struct page *all = fixture_map(fixture_pages_len(f));
    f->pages = all + FIXTURE_MARGIN;
    fixture_free_margin(all);
    fixture_free_margin(f->pages + n_frames);
    f->memory = fixture_map(zone_model_size(n_frames));
    f->blocks = fixture_map(FIXTURE_BLOCKS_MAX * sizeof(f->blocks[0]));
    for (size_t i = 0; i < n_frames; i++)
        f->pages[i].state = PAGE_FREE;
}

static inline void fixture_reserve(struct fixture *f, size_t first, size_t n)
{
    for (size_t i = first; i < first + n && i < f->n_frames; i++)
        f->pages[i].state = PAGE_RESERVED;
}

static inline void fixture_finish(struct fixture *f, pfn_t first_pfn,
                                  const struct zone_ops *ops)
{
    zone_model_init(&f->model, &f->zone, f->pages, first_pfn, f->n_frames,
                    f->memory);
    zone_init(&f->zone, "test", ops, f->pages, first_pfn, f->n_frames);
}

static inline void fixture_destroy(struct fixture *f)
{
    EXPECT_EQ(host_locks_held(), 0);
    munmap(f->pages - FIXTURE_MARGIN, fixture_pages_len(f));
    munmap(f->memory, zone_model_size(f->n_frames));
    munmap(f->blocks, FIXTURE_BLOCKS_MAX * sizeof(f->blocks[0]));
}

/* A zone at a drawn place, of a drawn size up to `n_max`, with drawn holes. */
static inline void fixture_random(struct fixture *f, struct random *random,
                                  size_t n_max, const struct zone_ops *ops)
{
    fixture_begin(f, 1 + random_below(random, n_max));
    for (u64 n = random_below(random, 6); n > 0; n--)
        fixture_reserve(f, random_below(random, f->n_frames),
                        random_below(random, f->n_frames / 8 + 2));
    fixture_finish(f, random_below(random, 100000), ops);
}

/* Whether there was such a block; it is remembered. */
static inline bool fixture_alloc(struct fixture *f, unsigned order)
{
    struct page *page;
    const char *wrong = zone_model_alloc(&f->model, order, &page);
    EXPECT(!wrong, "%s", wrong);
    if (page) {
        EXPECT(f->n_blocks < FIXTURE_BLOCKS_MAX, "too many blocks");
        f->blocks[f->n_blocks++] = page;
    }
    return page;
}

static inline void fixture_free(struct fixture *f, size_t i)
{
    struct page *page = f->blocks[i];
    f->blocks[i] = f->blocks[--f->n_blocks];
    const char *wrong = zone_model_free(&f->model, page);
    EXPECT(!wrong, "%s", wrong);
}

static inline void fixture_free_all(struct fixture *f, struct random *random)
{
    while (f->n_blocks > 0)
        fixture_free(f, random_below(random, f->n_blocks));
}

/* Small orders often, large ones sometimes. */
static inline unsigned draw_order(struct random *random)
{
    return (unsigned)__builtin_ctzll(random_next(random) | 1 << PAGE_ORDER_MAX);
}

/* One drawn allocation or free; `pressure` of 100 are allocations. */
static inline void fixture_step(struct fixture *f, struct random *random,
                                u64 pressure)
{
    if (f->n_blocks == 0 || random_below(random, 100) < pressure)
        fixture_alloc(f, draw_order(random));
    else
        fixture_free(f, random_below(random, f->n_blocks));
}

#endif
