/*
 * test_slab.c - object caches: no overlap, no loss, few slabs, frames back.
 *
 * Sources: mm/slab.c mm/slab_cache.c mm/slab_debug.c mm/page.c mm/page_debug.c
 *     mm/pageref.c mm/zone.c mm/buddy.c mm/linear.c arch/x86_64/boot_info.c
 */
#include <stdlib.h>

#include "fake_machine.h"
#include "lib/bits.h"
#include "mm/slab.h"

enum { N_OBJECTS_MAX = 20000 };

static struct slab_cache cache;
static u8 *objects[N_OBJECTS_MAX];
static u8 tags[N_OBJECTS_MAX];
static size_t n_objects;

static void create(u32 size, u32 align)
{
    machine_create(16 << 20, NULL);
    page_init();
    slab_cache_init(&cache, "test", size, align);
    n_objects = 0;
}

static bool take(void)
{
    u8 *object = slab_alloc(&cache);
    if (!object)
        return false;
    u8 tag = (u8)(random_next(&(struct random){n_objects + cache.n_used}));
    memset(object, tag, cache.object_size);
    objects[n_objects] = object;
    tags[n_objects++] = tag;
    EXPECT_EQ(cache.n_used, n_objects);
    return true;
}

static void give(size_t i)
{
    u8 *object = objects[i];
    for (u32 at = 0; at < cache.object_size; at++)
        EXPECT(object[at] == tags[i], "object %zu is overwritten at %u", i, at);
    slab_free(&cache, object);
    objects[i] = objects[--n_objects];
    tags[i] = tags[n_objects];
    EXPECT_EQ(cache.n_used, n_objects);
}

static size_t slabs_for(size_t n)
{
    return (n + cache.n_per_slab - 1) / cache.n_per_slab;
}

static void destroy(size_t n_free_frames)
{
    while (n_objects > 0)
        give(n_objects - 1);
    EXPECT(cache.n_slabs <= SLAB_EMPTY_MAX, "%zu slabs kept", cache.n_slabs);
    slab_cache_destroy(&cache);
    EXPECT_EQ(page_count_free(), n_free_frames);
    EXPECT_EQ(host_locks_held(), 0);
}

/* Sizes and alignments: objects fit, and are aligned. */
static void test_geometry(void)
{
    for (u32 size = 1; size <= 5000; size += 1 + size / 8) {
        for (u32 align = 1; align <= SLAB_HEADER; align *= 2) {
            unit_case("geometry, size %u, align %u", size, align);
            create(size, align);
            size_t n_free = page_count_free();
            EXPECT(cache.n_per_slab >= SLAB_OBJECTS_MIN, "too few a slab");
            for (u32 i = 0; i < 2 * cache.n_per_slab; i++) {
                EXPECT(take(), "16 MiB are enough");
                EXPECT(is_aligned((uintptr_t)objects[i], align), "align");
            }
            EXPECT_EQ(cache.n_slabs, 2);
            destroy(n_free);
        }
    }
}

/* Few slabs: full ones before new ones, partial ones before empty ones. */
static void test_economy(void)
{
    unit_case("economy");
    create(100, 8);
    size_t n_free = page_count_free();
    size_t n = 3 * cache.n_per_slab + 1;
    for (size_t i = 0; i < n; i++) {
        EXPECT(take(), "memory");
        EXPECT_EQ(cache.n_slabs, slabs_for(i + 1));
    }
    struct random random;
    random_seed(&random, 5);
    for (int i = 0; i < 100; i++)
        give(random_below(&random, n_objects));
    size_t n_slabs = cache.n_slabs;
    for (int i = 0; i < 100; i++)
        EXPECT(take(), "memory");
    EXPECT_EQ(cache.n_slabs, n_slabs);

    /* one slab partial, one empty: the next object must leave that empty */
    while (n_objects > cache.n_per_slab / 2)
        give(n_objects - 1);
    n_slabs = cache.n_slabs;
    EXPECT(take(), "memory");
    slab_cache_reap(&cache);
    EXPECT_EQ(cache.n_slabs, n_slabs - 1);
    destroy(n_free);
}

static void test_no_memory(void)
{
    unit_case("no memory");
    create(1000, 8);
    size_t n_free = page_count_free();
    while (take())
        ;
    EXPECT_EQ(n_objects % cache.n_per_slab, 0);
    EXPECT(n_objects > 10000, "%zu objects in 16 MiB", n_objects);
    EXPECT(!take(), "still none");
    give(17);
    EXPECT(take(), "one came back");
    EXPECT(!take(), "and is gone");
    destroy(n_free);
}

static void test_random(void)
{
    for (u64 seed = 0; seed < 10; seed++) {
        struct random random;
        random_seed(&random, seed);
        unit_case("random, seed %u", (unsigned)seed);
        create((u32)(1 + random_below(&random, 600)), 8);
        size_t n_free = page_count_free();
        u64 pressure = 50;
        for (int i = 0; i < 20000; i++) {
            if (i % 500 == 0)
                pressure = 10 + random_below(&random, 80);
            if (n_objects == 0 || random_below(&random, 100) < pressure)
                EXPECT(take(), "memory");
            else
                give(random_below(&random, n_objects));
            EXPECT(cache.n_slabs >= slabs_for(n_objects), "lost slabs");
        }
        destroy(n_free);
    }
}

static void test_misuse(void)
{
    unit_case("misuse");
    create(64, 8);
    size_t n_free = page_count_free();
    struct slab_cache other;
    slab_cache_init(&other, "other", 64, 8);
    u8 *object = slab_alloc(&cache);
    u8 *foreign = slab_alloc(&other);
    EXPECT(slab_cache_find(object) == &cache, "find");
    EXPECT(slab_cache_find(foreign + 5) == &other, "find");
    EXPECT(!slab_cache_find(&other), "not in any slab");
    EXPECT_PANIC(slab_free(&cache, foreign));
    EXPECT_PANIC(slab_free(&cache, object + 8));
    EXPECT_PANIC(slab_free(&cache, &other));
    EXPECT_PANIC(slab_cache_destroy(&cache));
    slab_free(&other, foreign);
    slab_cache_destroy(&other);
    slab_free(&cache, object);
    EXPECT_PANIC(slab_free(&cache, object));
    destroy(n_free);
}

int main(void)
{
    test_geometry();
    test_economy();
    test_no_memory();
    test_random();
    test_misuse();
    return 0;
}
