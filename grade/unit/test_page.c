/*
 * test_page.c - zones built from a memory map, fallback, poison.
 *
 * Sources: mm/page.c mm/page_debug.c mm/pageref.c mm/zone.c mm/buddy.c
 *     mm/linear.c arch/x86_64/boot_info.c
 * Flags: -DCONFIG_DEBUG=1
 */
#include "fake_machine.h"

enum { MIB_FRAMES = 256 };

/* Take all blocks of one order; returns how many, chained through owner. */
static size_t take_all(unsigned order, enum page_flags flags,
                       struct page **chain)
{
    size_t n = 0;
    struct page *page;
    while ((page = page_alloc(order, flags))) {
        EXPECT_EQ(page->refs, 1);
        EXPECT(page_to_phys(page) != 0, "frame 0 stays reserved");
        page->owner = *chain;
        *chain = page;
        n++;
    }
    return n;
}

static void put_all(struct page *chain)
{
    while (chain) {
        struct page *next = chain->owner;
        page_put(chain);
        chain = next;
    }
}

static bool is_in_hole(paddr_t pa)
{
    return (pa >= 0xa0000 && pa < 0x100000) ||
           (pa >= 0x200000 && pa < 0x280000);
}

static void test_map(const char *pmm)
{
    unit_case("map, pmm=%s", pmm);
    machine_create(64 << 20, pmm);
    page_init();
    EXPECT(strcmp(page_allocator_name(), pmm) == 0, "the one asked for");
    size_t n_array = 64 * MIB_FRAMES * sizeof(struct page) / PAGE_SIZE;
    size_t n_all = 64 * MIB_FRAMES - 1 - 0x60 - 0x80 - n_array;
    EXPECT_EQ(page_count_all(), n_all);
    EXPECT_EQ(page_count_free(), n_all);

    struct page *chain = NULL;
    EXPECT_EQ(take_all(0, PAGE_ANY, &chain), n_all);
    EXPECT_EQ(page_count_free(), 0);
    for (struct page *page = chain; page; page = page->owner) {
        EXPECT(!is_in_hole(page_to_phys(page)), "%#lx", page_to_phys(page));
        EXPECT(page_find(page_to_phys(page) + 4095) == page, "page_find");
    }
    put_all(chain);
    EXPECT_EQ(page_count_free(), n_all);
    EXPECT(!page_find(64 << 20), "beyond the end of RAM");
    EXPECT_EQ(page_find(0xa0000)->state, PAGE_RESERVED);
}

static void test_unknown_pmm(void)
{
    unit_case("pmm=nonsense");
    machine_create(16 << 20, "nonsense");
    page_init();
    EXPECT(strcmp(page_allocator_name(), "buddy") == 0, "the default");
}

/* 64 MiB: all above 16 MiB goes first, DMA memory last. */
static void test_zones(void)
{
    unit_case("zones");
    machine_create(64 << 20, NULL);
    page_init();
    struct page *dma = NULL, *any = NULL;
    struct page *first = page_alloc(0, PAGE_ANY);
    EXPECT(first && page_to_phys(first) >= 16 << 20, "not from DMA at first");
    size_t n_dma = take_all(0, PAGE_BELOW_16M, &dma);
    for (struct page *page = dma; page; page = page->owner)
        EXPECT(page_to_phys(page) < 16 << 20, "%#lx", page_to_phys(page));
    EXPECT(n_dma > 15 * MIB_FRAMES - 0x80, "all of the DMA zone");
    put_all(dma);

    size_t n_any = take_all(0, PAGE_ANY, &any);
    EXPECT_EQ(n_any, page_count_all() - 1);
    EXPECT(page_to_phys(any) < 16 << 20, "the last one came from DMA");
    put_all(any);
    page_put(first);
}

/* RAM above 4 GiB: NORMAL is used first, and refused to 32-bit devices. */
static void test_above_4g(void)
{
    unit_case("above 4 GiB");
    memset(&boot_info, 0, sizeof(boot_info));
    host_ram_create(0, ((u64)4 << 30) + (64 << 20));
    machine_add(0, 64 << 20, REGION_RAM);
    machine_add((u64)4 << 30, 64 << 20, REGION_RAM);
    page_init();
    struct page *any = page_alloc(3, PAGE_ANY);
    struct page *below = page_alloc(3, PAGE_BELOW_4G);
    EXPECT(any && page_to_phys(any) >= (u64)4 << 30, "NORMAL first");
    EXPECT(below && page_to_phys(below) < (u64)4 << 30, "below 4 GiB");
    EXPECT_EQ(page_find((u64)1 << 30)->state, PAGE_RESERVED);
    page_put(any);
    page_put(below);
    EXPECT_EQ(page_count_free(), page_count_all());
}

static void test_heads(void)
{
    unit_case("heads");
    machine_create(16 << 20, NULL);
    page_init();
    for (unsigned order = 0; order <= PAGE_ORDER_MAX; order++) {
        struct page *page = page_alloc(order, PAGE_ANY);
        struct page *small = page_alloc(0, PAGE_ANY);
        EXPECT(page && small, "room for order %u", order);
        for (size_t i = 0; i < (size_t)1 << order; i++)
            EXPECT(page_find_head(page + i) == page, "page %zu of %u", i,
                   order);
        EXPECT(page_find_head(small) == small, "a block of its own");
        page_put(page);
        EXPECT(!page_find_head(page), "free");
        page_put(small);
    }
}

static void test_zeroed(void)
{
    unit_case("zeroed");
    machine_create(16 << 20, NULL);
    page_init();
    struct page *page = page_alloc(2, PAGE_ANY);
    memset(page_to_virt(page), 0xff, PAGE_SIZE << 2);
    page_put(page);
    page = page_alloc(2, PAGE_ZEROED);
    const u8 *bytes = page_to_virt(page);
    for (size_t i = 0; i < PAGE_SIZE << 2; i++)
        EXPECT_EQ(bytes[i], 0);
    page_put(page);
}

static void test_poison(void)
{
    unit_case("poison");
    machine_create(16 << 20, NULL);
    page_init();
    struct page *page = page_alloc(1, PAGE_ANY);
    u64 *words = page_to_virt(page);
    page_put(page);
    EXPECT_EQ(words[0], 0x6b6b6b6b6b6b6b6b);
    EXPECT_EQ(words[1023], 0x6b6b6b6b6b6b6b6b);
    EXPECT(page_alloc(1, PAGE_ANY) == page, "untouched poison is fine");
    page_put(page);
    words[1000] = 1;
    EXPECT_PANIC((void)!page_alloc(1, PAGE_ANY));
}

static void test_misuse(void)
{
    unit_case("misuse");
    machine_create(16 << 20, NULL);
    page_init();
    struct page *page = page_alloc(0, PAGE_ANY);
    page_put(page);
    EXPECT_PANIC(page_put(page));
    EXPECT_PANIC(page_free(page));
    EXPECT_PANIC(page_to_phys(page_find(0) - 1));
}

int main(void)
{
    test_map("buddy");
    test_map("linear");
    test_unknown_pmm();
    test_zones();
    test_above_4g();
    test_heads();
    test_zeroed();
    test_poison();
    test_misuse();
    return 0;
}
