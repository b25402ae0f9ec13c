/*
 * test/linear.c - exercise 1.1: mm/linear.c against the contract of mm/zone.h.
 */
#include "mm/linear.h"

#include "core/ktest.h"
#include "test/zone_fixture.h"

/* One block of each order out of an empty zone, then all the rest. */
static void test_alloc(struct ktest_run *t)
{
    struct fixture *f = fixture_begin(3072);
    fixture_finish(f, 0x8000, &linear_ops);
    for (unsigned order = 0; order <= PAGE_ORDER_MAX; order++) {
        RIGHT(t, fixture_alloc(f, order));
        CHECK(t, f->n_blocks == order + 1, "no block of order %u", order);
    }
    RIGHT(t, fixture_fill(f, &t->random));
    CHECK_EQ(t, f->zone.n_free, 0);
}

/* Zones that begin and end anywhere, with reserved frames in between. */
static void test_edges(struct ktest_run *t)
{
    struct fixture *f = fixture_random(&t->random, 1500, &linear_ops);
    for (unsigned order = PAGE_ORDER_MAX; order > 0; order--)
        RIGHT(t, fixture_alloc(f, order));
    RIGHT(t, fixture_fill(f, &t->random));
}

/* Frames that come back are found again, wherever they lie. */
static void test_random(struct ktest_run *t)
{
    struct fixture *f = fixture_random(&t->random, 1500, &linear_ops);
    RIGHT(t, fixture_churn(f, &t->random, 400, 60));
    RIGHT(t, fixture_fill(f, &t->random));
    RIGHT(t, fixture_churn(f, &t->random, 200, 40));
    RIGHT(t, fixture_drain(f, &t->random));
    CHECK_EQ(t, f->zone.n_free, f->zone.n_managed);
    for (unsigned order = PAGE_ORDER_MAX; order > 0; order--)
        RIGHT(t, fixture_alloc(f, order));
}

KTEST_SUITE(linear) = {
    {"linear.alloc", test_alloc, .rounds = 2},
    {"linear.edges", test_edges, .rounds = 10},
    {"linear.random", test_random, .rounds = 10},
    {},
};
