/*
 * test_pmm.c - the buddy allocator held to the linear one, and what each costs.
 *
 * Both get the same drawn requests on zones of the same shape.  They place
 * blocks differently, so they need not answer alike:
 *
 *     one frame   both give it or neither does
 *     more        a failure of either must be right for that zone: the model
 *                 of its own blocks finds no aligned free run of the size;
 *                 when only one succeeds, its block is given back
 *
 * so that the numbers of free frames are equal after every request, as are all
 * zones in the end.
 *
 * With --long: 10^6 requests from each of ten seeds, a map of 64 GiB with
 * holes, and a table of what a request costs at 64 MiB and at 64 GiB.
 *
 * Sources: mm/buddy.c mm/linear.c mm/zone.c test/zone_model.c lib/format.c
 */
#include <stdio.h>
#include <string.h>

#include "mm/buddy.h"
#include "mm/linear.h"
#include "zone_fixture.h"

enum { N_SEEDS = 10, FRAMES_64M = 16384, FRAMES_64G = 16777216 };

/*
 * Agreement
 */

static void create_alike(struct fixture *buddy, struct fixture *linear,
                         struct random *random, size_t n_max)
{
    struct random again = *random;
    fixture_random(buddy, random, n_max, &buddy_ops);
    fixture_random(linear, &again, n_max, &linear_ops);
    EXPECT_EQ(buddy->zone.n_managed, linear->zone.n_managed);
}

static void free_last(struct fixture *f)
{
    fixture_free(f, f->n_blocks - 1);
}

static void alloc_alike(struct fixture *buddy, struct fixture *linear,
                        unsigned order)
{
    bool buddy_has = fixture_alloc(buddy, order);
    bool linear_has = fixture_alloc(linear, order);
    if (order == 0)
        EXPECT_EQ(buddy_has, linear_has);
    if (buddy_has && !linear_has)
        free_last(buddy);
    if (linear_has && !buddy_has)
        free_last(linear);
}

static void step_alike(struct fixture *buddy, struct fixture *linear,
                       struct random *random, u64 pressure)
{
    if (buddy->n_blocks == 0 || random_below(random, 100) < pressure) {
        alloc_alike(buddy, linear, draw_order(random));
    } else {
        size_t i = random_below(random, buddy->n_blocks);
        fixture_free(buddy, i);
        fixture_free(linear, i);
    }
    EXPECT_EQ(buddy->n_blocks, linear->n_blocks);
    EXPECT_EQ(buddy->zone.n_free, linear->zone.n_free);
}

/* Requests come in tides, so that zones are full and empty by turns. */
static void test_agreement(u64 seed, size_t n_max, u64 n_requests)
{
    struct fixture buddy, linear;
    struct random random;
    random_seed(&random, seed);
    create_alike(&buddy, &linear, &random, n_max);
    u64 pressure = 50;
    for (u64 i = 0; i < n_requests; i++) {
        if (i % 1000 == 0)
            pressure = 20 + random_below(&random, 70);
        unit_case("seed %u, request %u", (unsigned)seed, (unsigned)i);
        step_alike(&buddy, &linear, &random, pressure);
    }
    while (buddy.n_blocks > 0) {
        free_last(&buddy);
        free_last(&linear);
    }
    for (unsigned order = 0; order < N_PAGE_ORDERS; order++)
        EXPECT_EQ(buddy.model.n_whole[order], linear.model.n_whole[order]);
    fixture_destroy(&buddy);
    fixture_destroy(&linear);
}

/*
 * 64 GiB: the hole below 4 GiB, the kernel, and bad frames here and there
 */

static void create_large(struct fixture *f, size_t n_frames,
                         const struct zone_ops *ops)
{
    struct random random;
    random_seed(&random, n_frames);
    fixture_begin(f, n_frames);
    fixture_reserve(f, 0, n_frames / 64);
    fixture_reserve(f, n_frames / 16, n_frames / 16);
    for (int i = 0; i < 1000; i++)
        fixture_reserve(f, random_below(&random, n_frames), 1);
    fixture_finish(f, 0, ops);
}

static void test_large(const struct zone_ops *ops, size_t n_requests)
{
    struct fixture f;
    struct random random;
    unit_case("64 GiB, %s", ops->name);
    random_seed(&random, 64);
    create_large(&f, FRAMES_64G, ops);
    for (size_t i = 0; i < n_requests; i++)
        fixture_step(&f, &random, 70);
    fixture_free_all(&f, &random);
    EXPECT_EQ(f.zone.n_free, f.zone.n_managed);
    fixture_destroy(&f);
}

/*
 * Cost
 */

/* Use about 9 of 10 frames, those that stay free scattered. */
static void fill(struct fixture *f, struct random *random)
{
    for (size_t i = 0; i < f->n_frames; i++)
        if (f->pages[i].state == PAGE_FREE && random_below(random, 10))
            f->pages[i].state = PAGE_RESERVED;
}

static u64 now_and_locked(struct fixture *f)
{
    spin_lock(&f->zone.lock);
    return unit_now_ns();
}

/* Nanoseconds for an alloc and a free of a block of this order. */
static u64 measure(struct fixture *f, unsigned order, u64 n_rounds)
{
    const struct zone_ops *ops = f->zone.ops;
    u64 start = now_and_locked(f);
    for (u64 i = 0; i < n_rounds; i++) {
        struct page *page = ops->alloc(&f->zone, order);
        if (page)
            ops->free(&f->zone, page);
    }
    u64 ns = (unit_now_ns() - start) / n_rounds;
    spin_unlock(&f->zone.lock);
    return ns;
}

/* The last eighth is left empty, so that each request can be met: far away. */
static void print_cost(const struct zone_ops *ops, size_t n_frames,
                       const char *size, u64 n_rounds)
{
    struct fixture f;
    struct random random;
    random_seed(&random, 1);
    fixture_begin(&f, n_frames);
    f.n_frames = n_frames / 8 * 7;
    fill(&f, &random);
    f.n_frames = n_frames;
    fixture_finish(&f, 0, ops);
    for (unsigned order = 0; order <= 9; order += 3)
        printf("%-8s %-8s order %u: %10llu ns for alloc + free\n", ops->name,
               size, order, (unsigned long long)measure(&f, order, n_rounds));
    fixture_destroy(&f);
}

static void print_costs(bool is_long)
{
    unit_case("cost");
    print_cost(&linear_ops, FRAMES_64M, "64 MiB", 500);
    print_cost(&buddy_ops, FRAMES_64M, "64 MiB", 100000);
    if (!is_long)
        return;
    print_cost(&linear_ops, FRAMES_64G, "64 GiB", 3);
    print_cost(&buddy_ops, FRAMES_64G, "64 GiB", 100000);
}

int main(int argc, char **argv)
{
    bool is_long = unit_has_option(argc, argv, "--long");
    for (u64 seed = 0; seed < N_SEEDS; seed++)
        test_agreement(seed, 6000, is_long ? 1000000 : 100000);
    if (is_long) {
        test_large(&buddy_ops, 500000);
        test_large(&linear_ops, 2000);
    }
    print_costs(is_long);
    return 0;
}
