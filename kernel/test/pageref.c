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
 * page_put() sooner or later, and calls one of them itself.
 */

enum { N_ROUNDS = 3000, N_PAGES = 40, WINDOW_NS = 1000 };

typedef void page_call(struct page *page);

static struct page *offered; /* [A] to the interrupt; NULL: nothing */
static page_call *call_of_interrupt;
static u32 cpu_of_interrupt;

/* Each offer is taken once: by this, or back by was_taken(). */
static void on_tick(struct trap_frame *frame, u64 now_ns)
{
    if (this_cpu()->id != cpu_of_interrupt)
        return;
    struct page *page = atomic_exchange(&offered, NULL);
    if (page)
        call_of_interrupt(page);
}

static void set_alarm(struct ktest_run *t, page_call *call)
{
    irq_push_off();
    call_of_interrupt = call;
    cpu_of_interrupt = this_cpu()->id;
    tick_set_deadline(clock_now_ns() + random_below(&t->random, WINDOW_NS));
    irq_pop_off();
}

static void offer(struct page *page)
{
    atomic_store(&offered, page);
}

/* Whether the interrupt took what was offered; else it won't any more. */
static bool was_taken(void)
{
    return !atomic_exchange(&offered, NULL);
}

/* The interrupt takes references of a page that is in use: often, and on a busy
 * host at least once. */
static void check_updates(struct ktest_run *t)
{
    struct page page = create_page(1);
    u32 n_taken = 0;
    for (int round = 0; round < N_ROUNDS || n_taken == 0; round++) {
        set_alarm(t, page_get);
        offer(&page);
        for (int i = 0; i < N_PAGES; i++)
            page_get(&page);
        for (int i = 0; i < N_PAGES; i++)
            page_put(&page);
        n_taken += was_taken();
    }
    CHECK(t, page.refs == 1 + n_taken,
          "%u references were taken and not dropped, but the count is %u: "
          "an interrupt between reading and writing was lost",
          1 + n_taken, page.refs);
}

/* Two references at once, where there is room for one. */
static void check_overflow(struct ktest_run *t)
{
    static struct page pages[N_PAGES];
    for (int round = 0; round < N_ROUNDS / 4; round++) {
        for (int i = 0; i < N_PAGES; i++)
            pages[i] = create_page(PAGE_REFS_SATURATED - 1);
        set_alarm(t, page_get);
        for (int i = 0; i < N_PAGES; i++) {
            offer(&pages[i]);
            page_get(&pages[i]);
            (void)was_taken();
        }
        for (int i = 0; i < N_PAGES; i++)
            CHECK(t, pages[i].refs == PAGE_REFS_SATURATED,
                  "the count was %#x, then page_get() and an interrupt's "
                  "page_get() came together: now it is %#x",
                  PAGE_REFS_SATURATED - 1, pages[i].refs);
    }
}

/* Pages with two references, both dropped at once. */
static void drop_pages(struct ktest_run *t, struct page **pages, size_t n)
{
    bool is_dropped[N_PAGES];
    set_alarm(t, page_put);
    for (size_t i = 0; i < n; i++) {
        offer(pages[i]);
        page_put(pages[i]);
        is_dropped[i] = was_taken();
    }
    for (size_t i = 0; i < n; i++)
        if (!is_dropped[i])
            page_put(pages[i]);
}

static void check_last(struct ktest_run *t)
{
    static struct page *pages[N_PAGES];
    for (int round = 0; round < N_ROUNDS / 4; round++) {
        size_t n_free = page_count_free();
        for (int i = 0; i < N_PAGES; i++) {
            pages[i] = page_alloc(0, PAGE_ANY);
            CHECK(t, pages[i], "page_alloc(0) found no frame");
            page_get(pages[i]);
        }
        drop_pages(t, pages, N_PAGES);
        CHECK(t, page_count_free() == n_free,
              "%zu frames are free, should be %zu: page_put() and an "
              "interrupt's page_put() came together, and none was the last",
              page_count_free(), n_free);
    }
}

static void test_interrupt(struct ktest_run *t)
{
    static bool is_registered;
    if (!irq_are_on()) {
        ktest_skip(t, "interrupts are off");
        return;
    }
    if (!is_registered)
        tick_register(on_tick);
    is_registered = true;
    check_updates(t);
    if (!t->has_failed)
        check_overflow(t);
    if (!t->has_failed)
        check_last(t);
}

KTEST_SUITE(pageref) = {
    {"pageref.count", test_count, .rounds = 2},
    {"pageref.last", test_last, .rounds = 5},
    {"pageref.saturate", test_saturate, .rounds = 1},
    {"pageref.interrupt", test_interrupt, .rounds = 1, .timeout_ms = 10000},
    {},
};
