/*
 * mm/slab.c - slabs that keep a bit a cell instead of a chain of free cells.
 *
 * Free cells are left alone altogether.  One list has all slabs; which one to
 * take from is found by looking at them.
 *
 * Locks  cache->lock, held by the caller
 */
#include "mm/slab.h"

#include "arch/x86_64/layout.h"
#include "lib/bits.h"
#include "lib/panic.h"

enum { N_WORDS = 4 };

struct slab {
    struct list link; /* in cache->partial, whatever its state */
    u64 used[N_WORDS];
    u32 n_used;
};
static_assert(sizeof(struct slab) <= SLAB_HEADER, "the header has its limit");

static struct slab *slab_grow(struct slab_cache *cache)
{
    struct slab *slab = slab_frames_alloc(cache);
    if (!slab)
        return NULL;
    *slab = (struct slab){};
    assert(cache->n_per_slab <= N_WORDS * 64);
    list_push_back(&cache->partial, &slab->link);
    return slab;
}

/* The fullest slab that has a free cell, or NULL. */
static struct slab *find_slab(struct slab_cache *cache)
{
    struct slab *slab, *best = NULL;
    list_for_each (slab, &cache->partial, link) {
        if (slab->n_used == cache->n_per_slab)
            continue;
        if (!best || slab->n_used > best->n_used)
            best = slab;
    }
    return best;
}

static u32 find_free_cell(const struct slab *slab)
{
    u32 word = 0;
    while (slab->used[word] == ~(u64)0)
        word++;
    return word * 64 + (u32)__builtin_ctzll(~slab->used[word]);
}

void *slab_take(struct slab_cache *cache)
{
    struct slab *slab = find_slab(cache);
    if (!slab)
        slab = slab_grow(cache);
    if (!slab)
        return NULL;
    u32 i = find_free_cell(slab);
    assert(i < cache->n_per_slab);
    slab->used[i / 64] |= (u64)1 << (i % 64);
    slab->n_used++;
    return (char *)slab + SLAB_HEADER + i * cache->stride;
}

static size_t count_empty(struct slab_cache *cache)
{
    size_t n = 0;
    struct slab *slab;
    list_for_each (slab, &cache->partial, link)
        n += slab->n_used == 0;
    return n;
}

static void drop(struct slab_cache *cache, struct slab *slab)
{
    list_remove(&slab->link);
    slab_frames_free(cache, slab);
}

void slab_give(struct slab_cache *cache, void *cell)
{
    u64 size = PAGE_SIZE << cache->slab_order;
    struct slab *slab = (struct slab *)align_down((uintptr_t)cell, size);
    u64 offset = (u64)((char *)cell - (char *)slab) - SLAB_HEADER;
    u64 i = offset / cache->stride;
    assert(slab->used[i / 64] & (u64)1 << (i % 64)); /* else: freed twice */
    slab->used[i / 64] &= ~((u64)1 << (i % 64));
    slab->n_used--;
    if (count_empty(cache) > SLAB_EMPTY_MAX)
        drop(cache, slab);
}

void slab_reap(struct slab_cache *cache)
{
    struct slab *slab, *next;
    list_for_each_safe (slab, next, &cache->partial, link)
        if (slab->n_used == 0)
            drop(cache, slab);
}
