/*
 * test/buddy.c - exercises 1.2 and 1.3: mm/buddy.c against mm/zone.h.
 *
 * Nothing here looks at the lists inside: any allocator that keeps the
 * contract, and is not slow, passes.
 */
#include "mm/buddy.h"

#include "arch/x86_64/clock.h"
#include "core/ktest.h"
#include "test/zone_fixture.h"

/*
 * Exercise 1.2: no block is given back
 */

/* buddy_init() has made blocks as large as they can be. */
static void test_init(struct ktest_run *t)
{
    struct fixture *f = fixture_random(&t->random, 4096, &buddy_ops);
    for (int order = PAGE_ORDER_MAX; order >= 0; order--) {
        while (!zone_model_may_fail(&f->model, (unsigned)order))
            RIGHT(t, fixture_alloc(f, (unsigned)order));
        RIGHT(t, fixture_alloc(f, (unsigned)order));
    }
    CHECK_EQ(t, f->zone.n_free, 0);
}

/* After one frame of 1,024, one block of each smaller order must be left. */
static void test_split(struct ktest_run *t)
{
    struct fixture *f = fixture_begin(1 << PAGE_ORDER_MAX);
    fixture_finish(f, random_below(&t->random, 100) << PAGE_ORDER_MAX,
                   &buddy_ops);
    RIGHT(t, fixture_alloc(f, 0));
    for (int order = PAGE_ORDER_MAX - 1; order >= 0; order--) {
        size_t n = f->n_blocks;
        RIGHT(t, fixture_alloc(f, (unsigned)order));
        CHECK(t, f->n_blocks == n + 1, "no block of order %d", order);
    }
    RIGHT(t, fixture_alloc(f, 0));
    CHECK_EQ(t, f->zone.n_free, 0);
}

/* Zones that begin and end anywhere, with reserved frames in between. */
static void test_holes(struct ktest_run *t)
{
    struct fixture *f = fixture_random(&t->random, 3000, &buddy_ops);
    RIGHT(t, fixture_fill(f, &t->random));
}

/*
 * Exercise 1.3
 */

/* All frames go out one by one and come back: large blocks must be there, and
 * no trace of the small ones.  The two largest blocks would be buddies, if
 * there were a larger order. */
static void test_merge(struct ktest_run *t)
{
    struct fixture *f = fixture_begin(2 << PAGE_ORDER_MAX);
    fixture_finish(f, random_below(&t->random, 100) << (PAGE_ORDER_MAX + 1),
                   &buddy_ops);
    while (f->zone.n_free > 0)
        RIGHT(t, fixture_alloc(f, 0));
    RIGHT(t, fixture_drain(f, &t->random));
    RIGHT(t, fixture_alloc(f, PAGE_ORDER_MAX));
    RIGHT(t, fixture_alloc(f, PAGE_ORDER_MAX));
    CHECK(t, f->n_blocks == 2, "the two blocks of order %d did not re-form",
          PAGE_ORDER_MAX);
    RIGHT(t, fixture_drain(f, &t->random));
    RIGHT(t, fixture_fill(f, &t->random));
}

/* Frames on both sides of the zone look free, but a buddy out there is none of
 * ours. */
static void test_zone_edge(struct ktest_run *t)
{
    struct fixture *f = fixture_begin(1024);
    pfn_t odd = 1 + 2 * random_below(&t->random, 1024);
    fixture_finish(f, odd, &buddy_ops);
    while (f->zone.n_free > 0)
        RIGHT(t, fixture_alloc(f, 0));
    RIGHT(t, fixture_drain(f, &t->random));
    CHECK_EQ(t, f->zone.n_free, 1024);
    CHECK(t, fixture_is_clean(f), "a frame outside of the zone was changed");
    RIGHT(t, fixture_fill(f, &t->random));
}

static void test_random(struct ktest_run *t)
{
    struct fixture *f = fixture_random(&t->random, 3000, &buddy_ops);
    RIGHT(t, fixture_churn(f, &t->random, 600, 60));
    RIGHT(t, fixture_fill(f, &t->random));
    RIGHT(t, fixture_churn(f, &t->random, 600, 40));
    RIGHT(t, fixture_drain(f, &t->random));
    CHECK_EQ(t, f->zone.n_free, f->zone.n_managed);
    for (unsigned order = PAGE_ORDER_MAX; order > 0; order--)
        RIGHT(t, fixture_alloc(f, order));
}

/* Nanoseconds for the fastest of a few allocs and frees of eight frames, in a
 * zone that is full but for the last 64. */
static u64 measure(struct fixture *f, size_t n_frames)
{
    u64 best_ns = ~(u64)0;
    fixture_finish(f, 0, &buddy_ops);
    struct zone *zone = &f->zone;
    for (size_t i = 0; i < n_frames - 64; i++)
        (void)!zone_alloc(zone, 0);
    for (int i = 0; i < 20; i++) {
        u64 start_ns = clock_now_ns();
        struct page *page = zone_alloc(zone, 3);
        if (page)
            zone_free(zone, page);
        u64 ns = clock_now_ns() - start_ns;
        best_ns = ns < best_ns ? ns : best_ns;
    }
    return best_ns;
}

/* Sixteen times the memory must not make it slow. */
static void test_speed(struct ktest_run *t)
{
    u64 small_ns = measure(fixture_begin(256), 256);
    u64 large_ns = measure(fixture_begin(4096), 4096);
    CHECK(t, large_ns <= 4 * small_ns,
          "alloc + free takes %lu ns in a zone of 256 frames, but %lu ns in "
          "one of 4096: it must not search the whole zone",
          small_ns, large_ns);
}

KTEST_SUITE(buddy) = {
    {"buddy.init", test_init, .rounds = 4},
    {"buddy.split", test_split, .rounds = 3},
    {"buddy.holes", test_holes, .rounds = 8},
    {"buddy.merge", test_merge, .rounds = 2},
    {"buddy.zone_edge", test_zone_edge, .rounds = 4},
    {"buddy.random", test_random, .rounds = 8},
    {"buddy.speed", test_speed, .rounds = 1},
    {},
};
