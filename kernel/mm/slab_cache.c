/*
 * mm/slab_cache.c - object caches as the rest of the kernel sees them.
 *
 * Takes the lock, counts what is out, refuses pointers that are no objects of
 * the cache, and wraps each object in DEBUG's red zones.
 *
 * Locks  cache->lock (RANK_SLAB); caches_lock guards the list of all caches.
 *        The zone's lock is taken inside of these.
 * Tests  grade/unit/test_slab.c, kernel/test/slab.c
 */
#include "mm/slab.h"

#include "arch/x86_64/layout.h"
#include "lib/bits.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/slab_debug.h"

/* Fills the header of a slab that goes: whoever still looks there finds no
 * address that is one. */
enum { HEADER_POISON = 0x5a };

static struct spinlock caches_lock = SPINLOCK_INIT("slab caches", RANK_SLAB);
static struct list caches = LIST_INIT(caches);

/*
 * Caches
 */

static u32 choose_order(u32 stride)
{
    u32 order = 0;
    while ((PAGE_SIZE << order) - SLAB_HEADER < SLAB_OBJECTS_MIN * stride)
        order++;
    assert(order <= PAGE_ORDER_MAX);
    return order;
}

void slab_cache_init(struct slab_cache *cache, const char *name, u32 size,
                     u32 align)
{
    assert(size > 0);
    assert(is_power_of_two(align) && align <= SLAB_HEADER);
    *cache = (struct slab_cache){.name = name, .object_size = size};
    spin_init(&cache->lock, name, RANK_SLAB);
    cache->object_offset = slab_debug_front(align);
    u32 len = cache->object_offset + size + slab_debug_back();
    len = len < SLAB_STRIDE_MIN ? SLAB_STRIDE_MIN : len;
    align = align < sizeof(void *) ? sizeof(void *) : align;
    cache->stride = (u32)align_up(len, align);
    cache->slab_order = choose_order(cache->stride);
    u64 room = (PAGE_SIZE << cache->slab_order) - SLAB_HEADER;
    cache->n_per_slab = (u32)(room / cache->stride);
    list_init(&cache->partial);
    list_init(&cache->full);
    list_init(&cache->empty);

    spin_lock(&caches_lock);
    list_push_back(&caches, &cache->link);
    spin_unlock(&caches_lock);
}

void slab_cache_reap(struct slab_cache *cache)
{
    spin_lock(&cache->lock);
    slab_reap(cache);
    spin_unlock(&cache->lock);
}

void slab_cache_destroy(struct slab_cache *cache)
{
    slab_cache_reap(cache);
    if (cache->n_used > 0)
        panic("slab: %s is destroyed, but %zu objects are out", cache->name,
              cache->n_used);
    assert(cache->n_slabs == 0);
    spin_lock(&caches_lock);
    list_remove(&cache->link);
    spin_unlock(&caches_lock);
}

/*
 * Objects
 */

static struct page *find_slab_page(const void *ptr)
{
    struct page *page = page_find(virt_to_phys(ptr));
    if (page)
        page = page_find_head(page);
    return page && (page->flags & PAGE_IS_SLAB) ? page : NULL;
}

struct slab_cache *slab_cache_find(const void *ptr)
{
    struct page *page = find_slab_page(ptr);
    return page ? page->owner : NULL;
}

static void check_is_cell(const struct slab_cache *cache, const char *cell)
{
    struct page *page = find_slab_page(cell);
    if (!page || page->owner != cache)
        panic("slab: %p is not in a slab of %s", cell, cache->name);
    size_t offset = (size_t)(cell - (char *)page_to_virt(page));
    if (offset < SLAB_HEADER || (offset - SLAB_HEADER) % cache->stride ||
        (offset - SLAB_HEADER) / cache->stride >= cache->n_per_slab)
        panic("slab: %p is not the start of an object of %s", cell,
              cache->name);
}

void *slab_alloc(struct slab_cache *cache)
{
    assert(cache->stride > 0); /* else: slab_cache_init() was forgotten */
    spin_lock(&cache->lock);
    char *cell = slab_take(cache);
    if (cell)
        cache->n_used++;
    spin_unlock(&cache->lock);
    if (!cell)
        return NULL;
    check_is_cell(cache, cell);
    slab_debug_on_alloc(cache, cell);
    return cell + cache->object_offset;
}

void slab_free(struct slab_cache *cache, void *object)
{
    char *cell = (char *)object - cache->object_offset;
    check_is_cell(cache, cell);
    slab_debug_on_free(cache, cell);
    spin_lock(&cache->lock);
    assert(cache->n_used > 0);
    cache->n_used--;
    slab_give(cache, cell);
    spin_unlock(&cache->lock);
}

/*
 * Frames
 */

void *slab_frames_alloc(struct slab_cache *cache)
{
    struct page *page = page_alloc(cache->slab_order, PAGE_ANY);
    if (!page)
        return NULL;
    page->owner = cache;
    page->flags |= PAGE_IS_SLAB;
    cache->n_slabs++;
    slab_debug_on_new(cache, page_to_virt(page));
    return page_to_virt(page);
}

void slab_frames_free(struct slab_cache *cache, void *frames)
{
    struct page *page = page_find(virt_to_phys(frames));
    assert(page && page->owner == cache && (page->flags & PAGE_IS_SLAB));
    assert(cache->n_slabs > 0);
    cache->n_slabs--;
    memset(frames, HEADER_POISON, SLAB_HEADER);
    page_put(page);
}
