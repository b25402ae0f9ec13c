/*
 * test_buddy.c - the buddy allocator: its contract, and its own invariants.
 *
 * Sources: mm/buddy.c mm/zone.c test/zone_model.c lib/format.c
 */
#include "lib/bits.h"
#include "mm/buddy.h"
#include "zone_fixture.h"

static bool is_free_block(const struct page *page, unsigned order)
{
    return page && page->state == PAGE_FREE && page->order == order;
}

static void check_block(struct fixture *f, struct page *page, unsigned order)
{
    pfn_t pfn = zone_pfn(&f->zone, page);
    EXPECT(is_free_block(page, order), "block %#lx on list %u", pfn, order);
    EXPECT(is_aligned(pfn, 1u << order), "block %#lx, order %u", pfn, order);
    for (size_t i = 0; i < (size_t)1 << order; i++) {
        EXPECT_EQ(f->model.owner[pfn - f->zone.first_pfn + i], 0);
        EXPECT(i == 0 || page[i].state == PAGE_TAIL, "tail %zu", i);
    }
    if (order < PAGE_ORDER_MAX)
        EXPECT(!is_free_block(zone_find(&f->zone, pfn ^ (1u << order)), order),
               "two free buddies at %#lx, order %u", pfn, order);
}

/* Walk all lists: blocks are free, aligned, merged, and none is lost. */
static void check_lists(struct fixture *f)
{
    size_t n_free = 0;
    for (unsigned order = 0; order < N_PAGE_ORDERS; order++) {
        struct page *page;
        list_for_each (page, &f->zone.free[order], link) {
            check_block(f, page, order);
            n_free += (size_t)1 << order;
        }
    }
    EXPECT_EQ(n_free, f->model.n_free);
    EXPECT_EQ(n_free, f->zone.n_free);
}

static void test_init(void)
{
    for (u64 seed = 0; seed < 200; seed++) {
        struct fixture f;
        struct random random;
        random_seed(&random, seed);
        unit_case("init, seed %u", (unsigned)seed);
        fixture_random(&f, &random, 5000, &buddy_ops);
        check_lists(&f);
        fixture_destroy(&f);
    }
}

static void test_split(void)
{
    struct fixture f;
    unit_case("split and merge");
    fixture_begin(&f, 1024);
    fixture_finish(&f, 4096, &buddy_ops);
    EXPECT_EQ(list_len(&f.zone.free[10]), 1);
    EXPECT(fixture_alloc(&f, 0), "room in an empty zone");
    for (unsigned order = 0; order < 10; order++)
        EXPECT_EQ(list_len(&f.zone.free[order]), 1);
    EXPECT_EQ(list_len(&f.zone.free[10]), 0);
    check_lists(&f);
    fixture_free(&f, 0);
    EXPECT_EQ(list_len(&f.zone.free[10]), 1);
    fixture_destroy(&f);
}

/* The buddies of the first and last blocks lie outside of the zone. */
static void test_edges(void)
{
    struct fixture f;
    struct random random;
    random_seed(&random, 1);
    unit_case("edges");
    fixture_begin(&f, 1022);
    fixture_finish(&f, 1, &buddy_ops);
    check_lists(&f);
    while (fixture_alloc(&f, 0))
        ;
    EXPECT_EQ(f.n_blocks, 1022);
    fixture_free_all(&f, &random);
    check_lists(&f);
    fixture_destroy(&f);
}

static void test_random(void)
{
    for (u64 seed = 0; seed < 40; seed++) {
        struct fixture f;
        struct random random;
        random_seed(&random, seed);
        unit_case("random, seed %u", (unsigned)seed);
        fixture_random(&f, &random, 5000, &buddy_ops);
        for (int i = 0; i < 2000; i++) {
            fixture_step(&f, &random, 40 + seed);
            if (i % 100 == 0)
                check_lists(&f);
        }
        fixture_free_all(&f, &random);
        check_lists(&f);
        fixture_destroy(&f);
    }
}

static void test_asserts(void)
{
    struct fixture f;
    unit_case("asserts");
    fixture_begin(&f, 64);
    fixture_finish(&f, 0, &buddy_ops);
    struct page *page = zone_alloc(&f.zone, 2);
    EXPECT(page, "room in an empty zone");
    EXPECT_PANIC(zone_free(&f.zone, page + 1));
    zone_free(&f.zone, page);
    EXPECT_PANIC(zone_free(&f.zone, page));
    fixture_destroy(&f);
}

int main(void)
{
    test_init();
    test_split();
    test_edges();
    test_random();
    test_asserts();
    return 0;
}
