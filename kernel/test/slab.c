/*
 * test/slab.c - exercises 1.5 and 1.6: mm/slab.c, and kmalloc on top of it.
 */
#include "mm/slab.h"

#include "core/ktest.h"
#include "lib/bits.h"
#include "lib/config.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page.h"

enum { N_CACHES = 32, N_OBJECTS_MAX = 2000, FRAMES_MAX = 65536 };

/* Each round of a test has a cache of its own, which it need not give back:
 * that is another exercise. */
static struct slab_cache caches[N_CACHES];
static size_t n_caches;

static struct slab_cache *cache; /* of the running test */
static u8 *objects[N_OBJECTS_MAX];
static u8 tags[N_OBJECTS_MAX];
static size_t n_objects;

static void begin(struct ktest_run *t, u32 size)
{
    assert(n_caches < N_CACHES);
    cache = &caches[n_caches++];
    slab_cache_init(cache, t->test->name, size, 8);
    n_objects = 0;
}

/* Whether an object was got; it is filled with a tag. */
static bool take(struct ktest_run *t)
{
    u8 *object = slab_alloc(cache);
    if (!object)
        return false;
    u8 tag = (u8)random_next(&t->random);
    memset(object, tag, cache->object_size);
    objects[n_objects] = object;
    tags[n_objects++] = tag;
    return true;
}

static bool is_intact(size_t i)
{
    for (u32 at = 0; at < cache->object_size; at++)
        if (objects[i][at] != tags[i])
            return false;
    return true;
}

/* Give objects[i] back; false if somebody wrote to it. */
static bool give(size_t i)
{
    bool was_intact = is_intact(i);
    slab_free(cache, objects[i]);
    objects[i] = objects[--n_objects];
    tags[i] = tags[n_objects];
    return was_intact;
}

static size_t slabs_for(size_t n)
{
    return (n + cache->n_per_slab - 1) / cache->n_per_slab;
}

/* Of a free cell only the first 8 bytes are slab.c's.  One object stays out,
 * so that the slab stays, too. */
static void check_free_cells(struct ktest_run *t)
{
    begin(t, 64);
    for (u32 i = 0; i < cache->n_per_slab; i++)
        CHECK(t, take(t), "slab_alloc() found no memory");
    while (n_objects > 1)
        give(n_objects - 1);
    for (u32 i = 1; i < cache->n_per_slab && !config_debug; i++)
        for (u32 at = 8; at < cache->object_size; at++)
            CHECK(t, objects[i][at] == tags[i],
                  "byte %u of the free cell at %p has changed: only the first "
                  "8 are mm/slab.c's",
                  at, objects[i]);
    give(0);
}

/* Objects of three slabs: aligned, and each is nobody else's. */
static void test_take(struct ktest_run *t)
{
    begin(t, (u32)(1 + random_below(&t->random, 700)));
    size_t n = 3 * cache->n_per_slab;
    n = n < N_OBJECTS_MAX ? n : N_OBJECTS_MAX;
    for (size_t i = 0; i < n; i++) {
        CHECK(t, take(t), "slab_alloc() found no memory for object %zu", i);
        CHECK(t, is_aligned((u64)objects[i], 8), "%p is not aligned",
              objects[i]);
    }
    for (size_t i = 0; i < n; i++)
        CHECK(t, is_intact(i), "object %zu at %p overlaps another one", i,
              objects[i]);
    while (n_objects > 0)
        give(n_objects - 1);
    check_free_cells(t);
}

static u64 slab_of(const u8 *object)
{
    return align_down((u64)object, PAGE_SIZE << cache->slab_order);
}

/* One slab without a used cell, and one with an object: the next object comes
 * from that. */
static void check_prefers_partial(struct ktest_run *t)
{
    while (n_objects <= cache->n_per_slab)
        CHECK(t, take(t), "slab_alloc() found no memory");
    for (size_t i = cache->n_per_slab; i-- > 0;)
        give(i);
    CHECK(t, take(t), "slab_alloc() found no memory");
    CHECK(t, slab_of(objects[0]) == slab_of(objects[1]),
          "an object came from an empty slab, though the one at %#lx has used "
          "and free cells",
          slab_of(objects[0]));
    while (n_objects > 0)
        give(n_objects - 1);
}

/* No more slabs than the objects need, and hardly any when they are gone. */
static void test_economy(struct ktest_run *t)
{
    begin(t, 120);
    for (size_t n = 1; n <= 4 * cache->n_per_slab; n++) {
        CHECK(t, take(t), "slab_alloc() found no memory");
        CHECK(t, cache->n_slabs == slabs_for(n),
              "%zu objects are in %zu slabs, but fit into %zu", n,
              cache->n_slabs, slabs_for(n));
    }
    for (int i = 3; i >= 0; i--)
        give((size_t)i * cache->n_per_slab); /* one of each slab */
    for (int i = 0; i < 4; i++)
        CHECK(t, take(t), "slab_alloc() found no memory");
    CHECK(t, cache->n_slabs == 4,
          "%zu slabs after objects were freed and allocated again, should be "
          "4: free objects are not used",
          cache->n_slabs);
    while (n_objects > 0)
        give(random_below(&t->random, n_objects));
    CHECK(t, cache->n_slabs <= SLAB_EMPTY_MAX,
          "%zu slabs are kept though no object is out", cache->n_slabs);
    CHECK(t, take(t), "slab_alloc() found no memory");
    CHECK(t, cache->n_slabs == 1, "a new slab, though an empty one was there");
    check_prefers_partial(t);
}

static void test_random(struct ktest_run *t)
{
    begin(t, (u32)(8 + random_below(&t->random, 300)));
    u64 percent = 50;
    for (int i = 0; i < 1500; i++) {
        if (i % 100 == 0)
            percent = 10 + random_below(&t->random, 80);
        if (n_objects == 0 || random_below(&t->random, 100) < percent)
            CHECK(t, take(t), "slab_alloc() found no memory");
        else
            CHECK(t, give(random_below(&t->random, n_objects)),
                  "an object changed while it was in use");
        CHECK(t, cache->n_slabs >= slabs_for(n_objects), "slabs were lost");
    }
    while (n_objects > 0)
        CHECK(t, give(n_objects - 1), "an object changed while it was in use");
    CHECK(t, cache->n_slabs <= SLAB_EMPTY_MAX,
          "%zu slabs are kept though no object is out", cache->n_slabs);
}

/* Take all free frames, chained by `owner`. */
static struct page *take_all_frames(void)
{
    struct page *page, *chain = NULL;
    while ((page = page_alloc(0, PAGE_ANY))) {
        page->owner = chain;
        chain = page;
    }
    return chain;
}

static void put_frames(struct page *chain)
{
    while (chain) {
        struct page *next = chain->owner;
        page_put(chain);
        chain = next;
    }
}

/* Without free frames a cache gives what it has, then NULL, and stays sane. */
static void test_memory(struct ktest_run *t)
{
    if (page_count_all() > FRAMES_MAX) {
        ktest_skip(t, "too much memory to use it all up");
        return;
    }
    begin(t, 200);
    CHECK(t, take(t), "slab_alloc() found no memory");
    struct page *frames = take_all_frames();
    while (n_objects < N_OBJECTS_MAX && take(t))
        ;
    size_t n = n_objects, n_slabs = cache->n_slabs;
    bool has_one_more = take(t);
    bool was_intact = give(n / 2);
    bool has_that_again = take(t);
    put_frames(frames);
    CHECK(t, n == cache->n_per_slab && n_slabs == 1,
          "%zu objects in %zu slabs without free frames, should be %u in 1", n,
          n_slabs, cache->n_per_slab);
    CHECK(t, !has_one_more, "an object out of nowhere");
    CHECK(t, was_intact, "an object changed while it was in use");
    CHECK(t, has_that_again, "a freed object can't be allocated again");
    CHECK(t, take(t), "no object though there are frames again");
    while (n_objects > 0)
        CHECK(t, give(n_objects - 1), "an object changed while it was in use");
}

/*
 * Exercise 1.6
 */

static void test_reap(struct ktest_run *t)
{
    size_t n_free = page_count_free();
    begin(t, (u32)(1 + random_below(&t->random, 500)));
    size_t n = 1 + random_below(&t->random, 3 * cache->n_per_slab);
    n = n < N_OBJECTS_MAX ? n : N_OBJECTS_MAX;
    for (size_t i = 0; i < n; i++)
        CHECK(t, take(t), "slab_alloc() found no memory");
    while (n_objects > 0)
        CHECK(t, give(random_below(&t->random, n_objects)),
              "an object changed while it was in use");
    slab_cache_reap(cache);
    CHECK_EQ(t, cache->n_slabs, 0);
    CHECK_EQ(t, page_count_free(), n_free);
    CHECK(t, take(t), "a cache that was reaped can't be used again");
    give(0);
    slab_cache_destroy(cache);
    CHECK_EQ(t, page_count_free(), n_free);
}

/* Slabs with objects in them stay, the others go. */
static void test_reap_partial(struct ktest_run *t)
{
    begin(t, 100);
    size_t n = 3 * cache->n_per_slab;
    for (size_t i = 0; i < n; i++)
        CHECK(t, take(t), "slab_alloc() found no memory");
    slab_cache_reap(cache);
    CHECK_EQ(t, cache->n_slabs, 3);
    while (n_objects > cache->n_per_slab + 1)
        CHECK(t, give(n_objects - 1), "an object changed while it was in use");
    slab_cache_reap(cache);
    CHECK(t, cache->n_slabs == 2,
          "%zu slabs are left, should be 2: only the empty one goes",
          cache->n_slabs);
    while (n_objects > 0)
        CHECK(t, give(n_objects - 1), "an object changed while it was in use");
    slab_cache_destroy(cache);
}

/*
 * On top
 */

static void test_kmalloc(struct ktest_run *t)
{
    static u8 *ptrs[100];
    static size_t sizes[100];
    for (int i = 0; i < 1000; i++) {
        size_t at = random_below(&t->random, ARRAY_LEN(ptrs));
        if (ptrs[at]) {
            CHECK(t, ptrs[at][0] == at && ptrs[at][sizes[at] - 1] == at,
                  "block of %zu bytes changed while in use", sizes[at]);
            kfree(ptrs[at]);
            ptrs[at] = NULL;
            continue;
        }
        size_t size = 1 + random_below(&t->random, 10000);
        ptrs[at] = kmalloc(size);
        sizes[at] = size;
        CHECK(t, ptrs[at], "kmalloc(%zu) failed", size);
        CHECK(t, ksize(ptrs[at]) >= size, "ksize is less than %zu", size);
        memset(ptrs[at], (int)at, size);
    }
    for (size_t at = 0; at < ARRAY_LEN(ptrs); at++) {
        kfree(ptrs[at]);
        ptrs[at] = NULL;
    }
}

KTEST_SUITE(slab) = {
    {"slab.take", test_take, .rounds = 4},
    {"slab.economy", test_economy, .rounds = 1},
    {"slab.random", test_random, .rounds = 4},
    {"slab.memory", test_memory, .rounds = 1},
    {"slab.reap", test_reap, .rounds = 4},
    {"slab.reap_partial", test_reap_partial, .rounds = 1},
    {"slab.kmalloc", test_kmalloc, .rounds = 2},
    {},
};
