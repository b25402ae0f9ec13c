/*
 * test_zone_model.c - the judge of page allocators, judged.
 *
 * An allocator that answers what the test tells it to: each wrong answer must
 * be called wrong, and each right one right.
 *
 * Sources: test/zone_model.c mm/zone.c lib/format.c
 */
#include <string.h>

#include "zone_fixture.h"

static struct page *answer; /* of the next alloc */
static size_t n_free_after; /* what alloc and free leave in n_free */

static void told_init(struct zone *zone) {}

static struct page *told_alloc(struct zone *zone, unsigned order)
{
    zone->n_free = n_free_after;
    return answer;
}

static void told_free(struct zone *zone, struct page *page)
{
    zone->n_free = n_free_after;
}

static const struct zone_ops told_ops = {
    .name = "told",
    .init = told_init,
    .alloc = told_alloc,
    .free = told_free,
};

static struct fixture f;

/* Ask for a block; the answer's first page says (state, order). */
static void expect_wrong(struct page *page, unsigned order, u8 state,
                         const char *text)
{
    struct page *ignored;
    answer = page;
    if (page && page >= f.pages && page < f.pages + f.n_frames) {
        page->state = state;
        page->order = (u8)order;
    }
    const char *wrong = zone_model_alloc(&f.model, order, &ignored);
    EXPECT(wrong && strstr(wrong, text), "should say \"%s\", said \"%s\"", text,
           wrong ? wrong : "nothing");
}

/* Frames 0x101 to 0x113, of which 0x10a is reserved. */
static void create(void)
{
    fixture_begin(&f, 19);
    fixture_reserve(&f, 9, 1);
    fixture_finish(&f, 0x101, &told_ops);
}

static void test_wrong_places(void)
{
    create();
    n_free_after = 18;
    expect_wrong(f.pages + 19, 0, PAGE_USED, "not in the zone");
    expect_wrong(f.pages - 1, 0, PAGE_USED, "not in the zone");
    expect_wrong(f.pages + 2, 1, PAGE_USED, "not a multiple of 0x2");
    expect_wrong(f.pages + 15, 3, PAGE_USED, "ends outside");
    expect_wrong(f.pages + 9, 0, PAGE_USED, "0x10a is reserved");
    expect_wrong(f.pages + 7, 2, PAGE_USED, "0x10a is reserved");
    fixture_destroy(&f);
}

static void test_wrong_pages(void)
{
    create();
    n_free_after = 16;
    expect_wrong(f.pages + 1, 1, PAGE_FREE, "has state PAGE_FREE");
    expect_wrong(f.pages + 1, 1, PAGE_USED, "page 1 of the block");
    f.pages[2].state = PAGE_TAIL;
    n_free_after = 17;
    expect_wrong(f.pages + 1, 1, PAGE_USED,
                 "n_free is 17 after alloc, should "
                 "be 16");
    n_free_after = 15;
    expect_wrong(f.pages + 1, 0, PAGE_USED, "0x102 is in use");
    fixture_destroy(&f);
}

static void test_failures(void)
{
    create();
    n_free_after = 18;
    unsigned order = 0;
    for (; order <= 2; order++)
        expect_wrong(NULL, order, 0, "failed, but");
    for (; order <= PAGE_ORDER_MAX; order++) /* 0x108-0x10f has the hole */
        EXPECT(zone_model_may_fail(&f.model, order), "order %u", order);
    fixture_destroy(&f);
}

static void test_right(void)
{
    create();
    n_free_after = 14;
    answer = f.pages + 3;
    answer->state = PAGE_USED;
    answer->order = 2;
    f.pages[4].state = f.pages[5].state = f.pages[6].state = PAGE_TAIL;
    struct page *page;
    EXPECT(!zone_model_alloc(&f.model, 2, &page), "a right answer");
    EXPECT_EQ(f.model.n_free, 14);
    const char *wrong = zone_model_free(&f.model, page);
    EXPECT(wrong && strstr(wrong, "still PAGE_USED"), "free did nothing");
    page->state = PAGE_FREE;
    n_free_after = 18;
    EXPECT_EQ(f.model.n_free, 18);
    fixture_destroy(&f);
}

int main(void)
{
    test_wrong_places();
    test_wrong_pages();
    test_failures();
    test_right();
    return 0;
}
