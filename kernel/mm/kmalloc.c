/*
 * mm/kmalloc.c - size classes over slab caches, large blocks from frames.
 *
 * kfree() needs no size: the page that a pointer falls into says whether it
 * belongs to a slab, and to which cache.
 *
 * Locks  none of its own
 * Tests  grade/unit/test_kmalloc.c, kernel/test/slab.c
 */
#include "mm/kmalloc.h"

#include "lib/bits.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/page.h"
#include "mm/slab.h"

enum { KMALLOC_ALIGN = 16 };

/* Between two powers of two stands their mean, so at most a third is wasted
 * (but for the smallest). */
static const struct {
    const char *name;
    u32 size;
} classes[] = {
    {"kmalloc-16", 16},     {"kmalloc-32", 32},     {"kmalloc-48", 48},
    {"kmalloc-64", 64},     {"kmalloc-96", 96},     {"kmalloc-128", 128},
    {"kmalloc-192", 192},   {"kmalloc-256", 256},   {"kmalloc-384", 384},
    {"kmalloc-512", 512},   {"kmalloc-768", 768},   {"kmalloc-1024", 1024},
    {"kmalloc-1536", 1536}, {"kmalloc-2048", 2048},
};

static struct slab_cache caches[ARRAY_LEN(classes)];

void kmalloc_init(void)
{
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        slab_cache_init(&caches[i], classes[i].name, classes[i].size,
                        KMALLOC_ALIGN);
    assert(caches[ARRAY_LEN(classes) - 1].object_size == KMALLOC_SMALL_MAX);
}

static struct slab_cache *choose_cache(size_t size)
{
    size_t i = 0;
    while (classes[i].size < size)
        i++;
    return &caches[i];
}

static void *alloc_large(size_t size)
{
    unsigned order = log2_ceil(align_up(size, PAGE_SIZE) >> PAGE_SHIFT);
    struct page *page = page_alloc(order, PAGE_ANY);
    return page ? page_to_virt(page) : NULL;
}

void *kmalloc(size_t size)
{
    if (size > PAGE_SIZE << PAGE_ORDER_MAX)
        return NULL;
    if (size > KMALLOC_SMALL_MAX)
        return alloc_large(size);
    return slab_alloc(choose_cache(size));
}

void *kzalloc(size_t size)
{
    void *ptr = kmalloc(size);
    if (ptr)
        memset(ptr, 0, size);
    return ptr;
}

void *kmalloc_array(size_t n, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(n, size, &len))
        return NULL;
    return kmalloc(len);
}

/* The page of a large block that starts at `ptr`. */
static struct page *large_page(const void *ptr)
{
    struct page *page = page_find(virt_to_phys(ptr));
    if (!page || page->state != PAGE_USED || page_to_virt(page) != ptr)
        panic("kmalloc: %p did not come from here, or is free already", ptr);
    return page;
}

void kfree(void *ptr)
{
    if (!ptr)
        return;
    struct slab_cache *cache = slab_cache_find(ptr);
    if (cache)
        slab_free(cache, ptr);
    else
        page_put(large_page(ptr));
}

size_t ksize(const void *ptr)
{
    struct slab_cache *cache = slab_cache_find(ptr);
    if (cache)
        return cache->object_size;
    return PAGE_SIZE << large_page(ptr)->order;
}
