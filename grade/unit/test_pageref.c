/*
 * test_pageref.c - reference counts of frames, also from several threads.
 *
 * Sources: mm/pageref.c
 * Flags: -pthread
 */
#include <pthread.h>

#include "lib/atomic.h"
#include "mm/page.h"
#include "unit.h"

static u32 n_freed;

/* What page_put() is to call for the last reference. */
void page_free(struct page *page)
{
    EXPECT_EQ(page->refs, 0);
    page->state = PAGE_FREE;
    atomic_add(&n_freed, 1);
}

static struct page create_page(u32 refs)
{
    n_freed = 0;
    return (struct page){.state = PAGE_USED, .refs = refs};
}

static void test_counting(void)
{
    struct page page = create_page(1);
    unit_case("counting");
    EXPECT(!page_is_shared(&page), "one owner");
    for (u32 i = 2; i <= 100; i++) {
        page_get(&page);
        EXPECT_EQ(page.refs, i);
        EXPECT(page_is_shared(&page), "%u owners", i);
    }
    for (u32 i = 99; i >= 1; i--) {
        page_put(&page);
        EXPECT_EQ(page.refs, i);
    }
    EXPECT_EQ(n_freed, 0);
    EXPECT(!page_is_shared(&page), "one owner again");
    page_put(&page);
    EXPECT_EQ(n_freed, 1);
}

static void test_asserts(void)
{
    struct page page = create_page(0);
    unit_case("asserts");
    EXPECT_PANIC(page_put(&page));
    EXPECT_PANIC(page_get(&page));
    EXPECT_PANIC((void)page_is_shared(&page));
    EXPECT_EQ(page.refs, 0);
    EXPECT_EQ(n_freed, 0);
}

static void test_saturation(void)
{
    struct page page = create_page(PAGE_REFS_SATURATED - 1);
    unit_case("saturation");
    for (int i = 0; i < 10; i++)
        page_get(&page);
    EXPECT_EQ(page.refs, PAGE_REFS_SATURATED);
    for (int i = 0; i < 100; i++)
        page_put(&page);
    EXPECT_EQ(page.refs, PAGE_REFS_SATURATED);
    EXPECT(page_is_shared(&page), "by more than can be counted");

    page = create_page(PAGE_REFS_SATURATED - 1);
    page_put(&page);
    EXPECT_EQ(page.refs, PAGE_REFS_SATURATED - 2);
}

enum { N_THREADS = 4, N_ROUNDS = 300000 };

static void *get_and_put(void *page)
{
    for (int i = 0; i < N_ROUNDS; i++) {
        page_get(page);
        page_put(page);
    }
    page_put(page);
    return NULL;
}

/* Each thread has one reference from the start: the very last put frees. */
static void test_threads(void)
{
    struct page page = create_page(N_THREADS);
    pthread_t threads[N_THREADS];
    unit_case("threads");
    for (int i = 0; i < N_THREADS; i++)
        EXPECT_EQ(pthread_create(&threads[i], NULL, get_and_put, &page), 0);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQ(page.refs, 0);
    EXPECT_EQ(n_freed, 1);
}

int main(void)
{
    test_counting();
    test_asserts();
    test_saturation();
    test_threads();
    return 0;
}
