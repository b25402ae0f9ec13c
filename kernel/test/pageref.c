/*
 * test/pageref.c - exercise 1.4: references to page frames.
 */
#include "mm/pageref.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "core/tick.h"
#include "lib/atomic.h"
#include "mm/page.h"

/* A page that looks allocated, but is in no zone: never let its count fall
 * to 0. */
static struct page create_page(u32 refs)
{
    return (struct page){.state = PAGE_USED, .refs = refs};
}

static void test_count(struct ktest_run *t)
{
    struct page page = create_page(1);
    u32 want = 1;
    CHECK(t, !page_is_shared(&page), "shared, but has one reference");
    for (int i = 0; i < 1000; i++) {
        if (want == 1 || random_below(&t->random, 2)) {
            page_get(&page);
            want++;
        } else {
            page_put(&page);
            want--;
        }
        CHECK_EQ(t, page.refs, want);
        CHECK_EQ(t, page_is_shared(&page), want > 1);
    }
}

/* The last put, and no other, frees all frames of the block. */
static void test_last(struct ktest_run *t)
{
    size_t n_free = page_count_free();
    unsigned order = (unsigned)random_below(&t->random, 5);
    struct page *page = page_alloc(order, PAGE_ANY);
    CHECK(t, page, "page_alloc(%u) found no frames", order);
    size_t n_left = page_count_free();
    CHECK_EQ(t, n_left, n_free - (1u << order));
    u64 n = random_below(&t->random, 50);
    for (u64 i = 0; i < n; i++)
        page_get(page);
    for (u64 i = 0; i < n; i++)
        page_put(page);
    CHECK(t, page->refs == 1 && page_count_free() == n_left,
          "a put that was not the last one freed the block");
    page_put(page);
    CHECK_EQ(t, page->refs, 0);
    CHECK_EQ(t, page_count_free(), n_free);
}

static void test_saturate(struct ktest_run *t)
{
    struct page page = create_page(PAGE_REFS_SATURATED - 2);
    page_get(&page);
    CHECK_EQ(t, page.refs, PAGE_REFS_SATURATED - 1);
    for (int i = 0; i < 10; i++)
        page_get(&page);
    CHECK(t, page.refs == PAGE_REFS_SATURATED,
          "the count is %#x after it overflowed: it must stay at %#x",
          page.refs, PAGE_REFS_SATURATED);
    for (int i = 0; i < 20; i++)
        page_put(&page);
    CHECK(t, page.refs == PAGE_REFS_SATURATED,
          "a saturated count fell to %#x: now it can reach 0 too early",
          page.refs);
    CHECK(t, page_is_shared(&page), "saturated, but not shared");
}

/*
 * The timer interrupt comes between any two instructions of page_get() and
 * page_put() sooner or later, and takes a reference itself.
 */

enum { N_ROUNDS = 3000, WINDOW_NS = 1000 };

static struct page *page_of_interrupt; /* [A] NULL: leave it alone */
static u32 n_from_interrupt;           /* [A] */

static void on_tick(struct trap_frame *frame, u64 now_ns)
{
    struct page *page = atomic_load(&page_of_interrupt);
    if (!page)
        return;
    page_get(page);
    n_from_interrupt++;
}

static void set_alarm(u64 delay_ns)
{
    irq_push_off();
    tick_set_deadline(clock_now_ns() + delay_ns);
    irq_pop_off();
}

static void get_and_put(struct ktest_run *t, struct page *page)
{
    set_alarm(random_below(&t->random, WINDOW_NS));
    for (int i = 0; i < 40; i++)
        page_get(page);
    for (int i = 0; i < 40; i++)
        page_put(page);
}

static void test_interrupt(struct ktest_run *t)
{
    static bool is_registered;
    struct page page = create_page(1);
    if (!irq_are_on()) {
        ktest_skip(t, "interrupts are off");
        return;
    }
    if (!is_registered)
        tick_register(on_tick);
    is_registered = true;
    n_from_interrupt = 0;
    atomic_store(&page_of_interrupt, &page);
    for (int i = 0; i < N_ROUNDS; i++)
        get_and_put(t, &page);
    atomic_store(&page_of_interrupt, NULL);
    CHECK(t, n_from_interrupt > 0, "the timer never fired");
    CHECK(t, page.refs == 1 + n_from_interrupt,
          "%u references were taken and not dropped, but the count is %u: "
          "an interrupt between reading and writing was lost",
          1 + n_from_interrupt, page.refs);
}

KTEST_SUITE(pageref) = {
    {"pageref.count", test_count, .rounds = 2},
    {"pageref.last", test_last, .rounds = 5},
    {"pageref.saturate", test_saturate, .rounds = 1},
    {"pageref.interrupt", test_interrupt, .rounds = 1},
    {},
};
