/*
 * test_linear.c - the linear page allocator against its contract.
 *
 * Sources: mm/linear.c mm/zone.c test/zone_model.c lib/format.c
 */
#include "mm/linear.h"
#include "zone_fixture.h"

static void test_small(void)
{
    struct fixture f;
    unit_case("one frame");
    fixture_begin(&f, 1);
    fixture_finish(&f, 7, &linear_ops);
    EXPECT(!fixture_alloc(&f, 1), "a block larger than the zone");
    EXPECT(fixture_alloc(&f, 0), "the only frame");
    EXPECT(!fixture_alloc(&f, 0), "the zone is full");
    fixture_free(&f, 0);
    EXPECT(fixture_alloc(&f, 0), "the frame came back");
    fixture_destroy(&f);

    unit_case("nothing but reserved frames");
    fixture_begin(&f, 64);
    fixture_reserve(&f, 0, 64);
    fixture_finish(&f, 0, &linear_ops);
    EXPECT(!fixture_alloc(&f, 0), "nothing is free");
    fixture_destroy(&f);
}

/* Holes that the hint has stepped over must be found again. */
static void test_hint(void)
{
    struct fixture f;
    unit_case("hint");
    fixture_begin(&f, 64);
    fixture_finish(&f, 1, &linear_ops);
    EXPECT(fixture_alloc(&f, 4), "frames 0x10 to 0x1f");
    for (int i = 0; i < 48; i++)
        EXPECT(fixture_alloc(&f, 0), "frame %d of those around", i);
    EXPECT(!fixture_alloc(&f, 0), "the zone is full");
    fixture_destroy(&f);
}

static void test_random(void)
{
    for (u64 seed = 0; seed < 100; seed++) {
        struct fixture f;
        struct random random;
        random_seed(&random, seed);
        unit_case("random, seed %u", (unsigned)seed);
        fixture_random(&f, &random, 3000, &linear_ops);
        for (int i = 0; i < 500; i++)
            fixture_step(&f, &random, 60);
        fixture_free_all(&f, &random);
        EXPECT_EQ(f.zone.n_free, f.zone.n_managed);
        fixture_destroy(&f);
    }
}

static void test_asserts(void)
{
    struct fixture f;
    unit_case("asserts");
    fixture_begin(&f, 64);
    fixture_finish(&f, 0, &linear_ops);
    struct page *page = zone_alloc(&f.zone, 2);
    EXPECT(page, "room in an empty zone");
    EXPECT_PANIC(zone_free(&f.zone, page + 1));
    zone_free(&f.zone, page);
    EXPECT_PANIC(zone_free(&f.zone, page));
    EXPECT_PANIC((void)!zone_alloc(&f.zone, N_PAGE_ORDERS));
    fixture_destroy(&f);
}

int main(void)
{
    test_small();
    test_hint();
    test_random();
    test_asserts();
    return 0;
}
