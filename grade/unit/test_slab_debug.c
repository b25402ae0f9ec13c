/*
 * test_slab_debug.c - DEBUG=1 finds the classic mistakes with the heap.
 *
 * Sources: mm/slab.c mm/slab_cache.c mm/slab_debug.c mm/page.c mm/page_debug.c
 *     mm/pageref.c mm/zone.c mm/buddy.c mm/linear.c arch/x86_64/boot_info.c
 * Flags: -DCONFIG_DEBUG=1
 */
#include "fake_machine.h"
#include "lib/bits.h"
#include "mm/slab.h"

static struct slab_cache cache;

static void create(u32 size, u32 align)
{
    machine_create(16 << 20, NULL);
    page_init();
    slab_cache_init(&cache, "test", size, align);
}

static void test_no_mistake(void)
{
    for (u32 size = 1; size < 3000; size += 1 + size / 4) {
        for (u32 align = 1; align <= SLAB_HEADER; align *= 2) {
            unit_case("size %u, align %u", size, align);
            create(size, align);
            u8 *objects[8];
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 8; i++) {
                    objects[i] = slab_alloc(&cache);
                    EXPECT(is_aligned((uintptr_t)objects[i], align), "align");
                    memset(objects[i], round, size);
                }
                for (int i = 0; i < 8; i++)
                    slab_free(&cache, objects[i]);
            }
            slab_cache_destroy(&cache);
        }
    }
}

static void test_overflow(void)
{
    for (u32 size = 1; size < 50; size++) {
        unit_case("overflow, size %u", size);
        create(size, 8);
        u8 *object = slab_alloc(&cache);
        object[size] = 0;
        EXPECT_PANIC(slab_free(&cache, object));

        create(size, 8);
        object = slab_alloc(&cache);
        object[-1] = 0;
        EXPECT_PANIC(slab_free(&cache, object));
    }
}

static void test_use_after_free(void)
{
    unit_case("use after free");
    create(40, 8);
    u8 *object = slab_alloc(&cache);
    slab_free(&cache, object);
    for (int i = 0; i < 40; i++)
        EXPECT_EQ(object[i], 0x5a);
    object[39] = 1;
    EXPECT_PANIC((void)!slab_alloc(&cache));
}

static void test_double_free(void)
{
    unit_case("double free");
    create(40, 8);
    u8 *other = slab_alloc(&cache);
    u8 *object = slab_alloc(&cache);
    slab_free(&cache, object);
    EXPECT_PANIC(slab_free(&cache, object));
    slab_free(&cache, other);
}

int main(void)
{
    test_no_mistake();
    test_overflow();
    test_use_after_free();
    test_double_free();
    return 0;
}
