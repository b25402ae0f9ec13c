/*
 * test_kmalloc.c - memory of any size: room, alignment, contents, no leak.
 *
 * Sources: mm/kmalloc.c mm/slab.c mm/slab_cache.c mm/slab_debug.c mm/page.c
 *     mm/page_debug.c mm/pageref.c mm/zone.c mm/buddy.c mm/linear.c
 *     arch/x86_64/boot_info.c
 */
#include "fake_machine.h"
#include "lib/bits.h"
#include "mm/kmalloc.h"

static void test_sizes(void)
{
    unit_case("sizes");
    for (size_t size = 0; size <= 3 * PAGE_SIZE; size++) {
        u8 *ptr = kmalloc(size);
        EXPECT(ptr, "room for %zu bytes", size);
        EXPECT(is_aligned((uintptr_t)ptr, 16), "%zu bytes", size);
        EXPECT(ksize(ptr) >= size, "%zu bytes", size);
        EXPECT(size <= 16 || size > KMALLOC_SMALL_MAX || ksize(ptr) < 2 * size,
               "%zu bytes in a block of %zu", size, ksize(ptr));
        memset(ptr, 0xff, ksize(ptr));
        kfree(ptr);
    }
}

static void test_limits(void)
{
    unit_case("limits");
    size_t most = PAGE_SIZE << PAGE_ORDER_MAX;
    void *ptr = kmalloc(most);
    EXPECT(ptr && ksize(ptr) == most, "the largest block");
    kfree(ptr);
    EXPECT(!kmalloc(most + 1), "more than that");
    EXPECT(!kmalloc(~(size_t)0), "everything");
    kfree(NULL);

    EXPECT(!kmalloc_array((size_t)1 << 33, (size_t)1 << 31), "overflow to 0");
    EXPECT(!kmalloc_array(~(size_t)0, 2), "overflow");
    ptr = kmalloc_array(100, 30);
    EXPECT(ptr && ksize(ptr) >= 3000, "an array");
    kfree(ptr);

    void *a = kmalloc(0), *b = kmalloc(0);
    EXPECT(a && b && a != b, "zero bytes at two places");
    kfree(a);
    kfree(b);
}

static void test_zeroed(void)
{
    unit_case("zeroed");
    for (size_t size = 1; size < 10000; size = size * 3 + 1) {
        u8 *ptr = kmalloc(size);
        memset(ptr, 0xff, size);
        kfree(ptr);
        ptr = kzalloc(size);
        for (size_t i = 0; i < size; i++)
            EXPECT_EQ(ptr[i], 0);
        kfree(ptr);
    }
}

static void test_random(void)
{
    enum { N_PTRS = 300 };
    static u8 *ptrs[N_PTRS];
    static size_t sizes[N_PTRS];
    struct random random;
    random_seed(&random, 3);
    unit_case("random");
    for (int i = 0; i < 30000; i++) {
        size_t at = random_below(&random, N_PTRS);
        if (ptrs[at]) {
            for (size_t j = 0; j < sizes[at]; j++)
                EXPECT_EQ(ptrs[at][j], (u8)at);
            kfree(ptrs[at]);
            ptrs[at] = NULL;
            continue;
        }
        sizes[at] = random_next(&random) >> (50 + random_below(&random, 14));
        ptrs[at] = kmalloc(sizes[at]);
        if (ptrs[at])
            memset(ptrs[at], (u8)at, sizes[at]);
    }
    for (size_t at = 0; at < N_PTRS; at++)
        kfree(ptrs[at]);
}

static void test_misuse(void)
{
    unit_case("misuse");
    u8 *large = kmalloc(10000);
    EXPECT_PANIC(kfree(large + 16));
    EXPECT_PANIC(kfree(large + PAGE_SIZE));
    EXPECT_PANIC(kfree(&large));
    kfree(large);
    EXPECT_PANIC(kfree(large));
}

int main(void)
{
    machine_create(16 << 20, NULL);
    page_init();
    kmalloc_init();
    test_sizes();
    size_t n_free = page_count_free();
    test_limits();
    test_zeroed();
    test_random();
    EXPECT(page_count_free() + 100 > n_free, "frames leak");
    test_misuse();
    return 0;
}
