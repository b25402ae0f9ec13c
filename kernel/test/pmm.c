/*
 * test/pmm.c - the machine's own frames, by whichever allocator has them.
 */
#include "core/ktest.h"
#include "mm/page.h"

enum { FRAMES_MAX = 65536 }; /* 256 MiB: more would only take longer */

/* Frames that the test holds, each pointing to the next by `owner`. */
struct chain {
    struct page *first;
    size_t n;
};

static void chain_add(struct chain *chain, struct page *page)
{
    page->owner = chain->first;
    chain->first = page;
    chain->n++;
}

/* Free a block without mm/pageref.c, which is another exercise. */
static void give_back(struct page *page)
{
    page->refs = 0;
    page_free(page);
}

static void chain_give_back(struct chain *chain)
{
    while (chain->first) {
        struct page *page = chain->first;
        chain->first = page->owner;
        give_back(page);
    }
    chain->n = 0;
}

/* A frame's own number, at its first and last word. */
static void stamp(struct page *page)
{
    u64 *words = page_to_virt(page);
    words[0] = words[511] = ~page_to_phys(page);
}

static bool is_stamped(const struct page *page)
{
    const u64 *words = page_to_virt(page);
    return words[0] == ~page_to_phys(page) && words[511] == words[0];
}

/* Take every frame there is (or enough), write to each, give all back. */
static void test_all(struct ktest_run *t)
{
    struct chain chain = {};
    struct page *page;
    size_t n_free = page_count_free();
    size_t n = n_free < FRAMES_MAX ? n_free : FRAMES_MAX;
    while (chain.n < n && (page = page_alloc(0, PAGE_ANY))) {
        stamp(page);
        chain_add(&chain, page);
    }
    CHECK_EQ(t, chain.n, n);
    CHECK_EQ(t, page_count_free(), n_free - n);
    for (page = chain.first; page; page = page->owner)
        CHECK(t, is_stamped(page), "frame %#lx was given out twice",
              page_to_phys(page));
    chain_give_back(&chain);
    CHECK_EQ(t, page_count_free(), n_free);
    page = page_alloc(PAGE_ORDER_MAX, PAGE_ANY);
    CHECK(t, page, "no block of order %d after all frames came back",
          PAGE_ORDER_MAX);
    give_back(page);
}

/* Devices get frames that they can reach, and nobody else does early. */
static void test_zones(struct ktest_run *t)
{
    struct page *low = page_alloc(0, PAGE_BELOW_16M);
    CHECK(t, low, "no frame below 16 MiB");
    CHECK(t, page_to_phys(low) < 16u << 20, "frame %#lx is not below 16 MiB",
          page_to_phys(low));
    give_back(low);
    struct page *any = page_alloc(0, PAGE_ANY);
    CHECK(t, any, "no frame at all");
    bool is_small = !page_find(20u << 20);
    CHECK(t, is_small || page_to_phys(any) >= 16u << 20,
          "frame %#lx is for ISA devices, and higher ones are free",
          page_to_phys(any));
    give_back(any);
}

static void test_zeroed(struct ktest_run *t)
{
    struct page *page = page_alloc(0, PAGE_ANY);
    CHECK(t, page, "no frame at all");
    u64 *words = page_to_virt(page);
    for (size_t i = 0; i < 512; i++)
        words[i] = i + 1;
    give_back(page);
    for (int i = 0; i < 8; i++) {
        page = page_alloc(0, PAGE_ZEROED);
        CHECK(t, page, "no frame at all");
        words = page_to_virt(page);
        for (size_t j = 0; j < 512; j++)
            CHECK_EQ(t, words[j], 0);
        give_back(page);
    }
}

KTEST_SUITE(pmm) = {
    {"pmm.all", test_all, .rounds = 1, .timeout_ms = 20000},
    {"pmm.zones", test_zones, .rounds = 1},
    {"pmm.zeroed", test_zeroed, .rounds = 1},
    {},
};
