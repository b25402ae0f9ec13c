/*
 * mm/slab.h - caches of small objects of one size.
 *
 * A slab is a block of 2^slab_order frames, cut into objects:
 *
 *     |<- SLAB_HEADER ->|<- stride ->|<- stride ->| ...       |
 *     | mm/slab.c's own | object 0   | object 1   | ...  rest |
 *
 * The block is aligned to its size, so an object's slab is found by rounding
 * its address down.  mm/slab_cache.c is what the kernel calls: it takes the
 * lock, counts, and looks for broken pointers; mm/slab.c decides which object
 * of which slab, and when frames come and go.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "core/spinlock.h"
#include "lib/list.h"
#include "lib/types.h"

enum {
    SLAB_HEADER = 64,      /* bytes; also the largest alignment of objects */
    SLAB_STRIDE_MIN = 16,  /* bytes */
    SLAB_OBJECTS_MIN = 8,  /* a slab is large enough for so many */
    SLAB_EMPTY_MAX = 1,    /* slabs without objects in use that a cache keeps */
    PAGE_IS_SLAB = 1 << 0, /* in page->flags; page->owner is the cache */
};

struct slab_cache {
    struct spinlock lock; /*     RANK_SLAB */
    const char *name;     /* [I] */
    u32 object_size;      /* [I] bytes that the user has */
    u32 object_offset;   /* [I] where they start in the stride; 0, or DEBUG's */
    u32 stride;          /* [I] bytes from one object to the next */
    u32 slab_order;      /* [I] */
    u32 n_per_slab;      /* [I] objects */
    size_t n_slabs;      /* [L] slab_frames_alloc/free keep it */
    size_t n_used;       /* [L] objects that are out; slab_alloc/free keep it */
    struct list partial; /* [L] for slab.c: slabs with used and free objects */
    struct list full;    /* [L] for slab.c: slabs without a free object */
    struct list empty;   /* [L] for slab.c: slabs without a used object */
    struct list link;    /* in the list of all caches */
};

/*
 * For the kernel (mm/slab_cache.c).
 */

/* Make an empty cache of objects of `size` bytes, aligned to `align`, a power
 * of two up to SLAB_HEADER.  Nothing is allocated yet. */
void slab_cache_init(struct slab_cache *cache, const char *name, u32 size,
                     u32 align);

/* Give all frames back and forget the cache.  Panics if objects are out. */
void slab_cache_destroy(struct slab_cache *cache);

/* An object, contents undefined, or NULL without memory.  Takes RANK_SLAB. */
void *slab_alloc(struct slab_cache *cache) MUST_CHECK;

/* Give an object back.  Panics if it is none of this cache's. */
void slab_free(struct slab_cache *cache, void *object);

/* Give back the frames of all slabs that hold no object in use. */
void slab_cache_reap(struct slab_cache *cache);

/* The cache that `ptr` points into, or NULL. */
struct slab_cache *slab_cache_find(const void *ptr);

/*
 * The core (mm/slab.c).  All with cache->lock held.  A cell is what one stride
 * holds; its first 8 bytes are slab.c's while it is free, the rest never.
 */

/*
 * A free cell, or NULL without memory (and then nothing has changed).  Prefers
 * a slab that has used cells, then one that has none, and only then asks for
 * frames: so few slabs are touched, and the others become empty.
 */
void *slab_take(struct slab_cache *cache) REQUIRES(cache->lock);

/*
 * Take a cell back.  When that leaves more than SLAB_EMPTY_MAX slabs without a
 * used cell, one of these gives its frames back.
 */
void slab_give(struct slab_cache *cache, void *cell) REQUIRES(cache->lock);

/* Give back the frames of every slab without a used cell. */
void slab_reap(struct slab_cache *cache) REQUIRES(cache->lock);

/*
 * For the core: frames of one slab, counted in n_slabs, or NULL; and back, with
 * the header made unreadable.
 */
void *slab_frames_alloc(struct slab_cache *cache) REQUIRES(cache->lock);
void slab_frames_free(struct slab_cache *cache, void *frames)
    REQUIRES(cache->lock);

#endif
