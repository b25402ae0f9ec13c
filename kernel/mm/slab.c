/*
 * mm/slab.c - which object of which slab.
 *
 * Each slab keeps its free cells in a chain through their first bytes, and is
 * on one of the cache's three lists:
 *
 *                 take              take the last
 *       empty  ---------> partial  --------------->  full
 *              <---------          <---------------
 *          give the last              give
 *
 * Invariants  a slab is on the list that its n_used says
 *             n_used + length of the chain == cache->n_per_slab
 *             at most SLAB_EMPTY_MAX slabs are on the empty list
 * Locks       cache->lock, held by the caller
 * Spec        Bonwick, The Slab Allocator, USENIX Summer 1994
 * Tests       grade/unit/test_slab.c, kernel/test/slab.c
 */
#include "mm/slab.h"

#include "lib/bits.h"
#include "lib/compiler.h"
#include "lib/panic.h"

/* A free cell; while it is used, all of it is the user's. */
struct cell {
    struct cell *next;
};

/* What stands in the header of a slab. */
struct slab {
    struct list link;  /* in the cache's partial, full or empty */
    struct cell *free; /* chain of free cells */
    u32 n_used;
};
static_assert(sizeof(struct slab) <= SLAB_HEADER, "the header has its limit");

static struct slab *slab_of(const struct slab_cache *cache, const void *cell)
{
    u64 size = PAGE_SIZE << cache->slab_order;
    return (struct slab *)align_down((uintptr_t)cell, size);
}

/* Make an empty slab out of new frames; on the empty list.  NULL: no memory. */
static struct slab *slab_grow(struct slab_cache *cache) REQUIRES(cache->lock)
{
    struct slab *slab = slab_frames_alloc(cache);
    if (!slab)
        return NULL;
    slab->n_used = 0;
    slab->free = NULL;
    char *cells = (char *)slab + SLAB_HEADER;
    for (u32 i = cache->n_per_slab; i-- > 0;) {
        struct cell *cell = (struct cell *)(cells + i * cache->stride);
        cell->next = slab->free;
        slab->free = cell;
    }
    list_push_front(&cache->empty, &slab->link);
    return slab;
}

/* The slab to take from: it has a free cell.  NULL: no memory. */
static struct slab *choose_slab(struct slab_cache *cache) REQUIRES(cache->lock)
{
    if (!list_is_empty(&cache->partial))
        return list_first(&cache->partial, struct slab, link);
    if (!list_is_empty(&cache->empty))
        return list_first(&cache->empty, struct slab, link);
    return slab_grow(cache);
}

/* Put a slab on the list that its number of used cells says. */
static void sort_slab(struct slab_cache *cache, struct slab *slab)
{
    struct list *list = &cache->partial;
    if (slab->n_used == 0)
        list = &cache->empty;
    if (slab->n_used == cache->n_per_slab)
        list = &cache->full;
    list_remove(&slab->link);
    list_push_front(list, &slab->link);
}

void *slab_take(struct slab_cache *cache)
{
    assert(spin_held(&cache->lock));
    struct slab *slab = choose_slab(cache);
    if (!slab)
        return NULL;
    struct cell *cell = slab->free;
    assert(cell && slab_of(cache, cell) == slab);
    slab->free = cell->next;
    slab->n_used++;
    sort_slab(cache, slab);
    return cell;
}

void slab_give(struct slab_cache *cache, void *object)
{
    struct slab *slab = slab_of(cache, object);
    struct cell *cell = object;
    assert(spin_held(&cache->lock));
    assert(slab->n_used > 0); /* else: freed twice */
    cell->next = slab->free;
    slab->free = cell;
    slab->n_used--;
    sort_slab(cache, slab);
    if (slab->n_used == 0 && list_len(&cache->empty) > SLAB_EMPTY_MAX) {
        list_remove(&slab->link);
        slab_frames_free(cache, slab);
    }
}

void slab_reap(struct slab_cache *cache)
{
    assert(spin_held(&cache->lock));
    while (!list_is_empty(&cache->empty)) {
        struct slab *slab = list_first(&cache->empty, struct slab, link);
        assert(slab->n_used == 0);
        list_remove(&slab->link);
        slab_frames_free(cache, slab);
    }
}
