/*
 * The kernel's map area: ranges never overlap, gaps are found again, and the
 * lowest gap that is large enough is taken.
 *
 * Sources: mm/kva.c
 */
#include <stdlib.h>

#include "arch/x86_64/layout.h"
#include "mm/kmalloc.h"
#include "mm/kva.h"
#include "unit.h"

enum { N_PAGES = 512, RANGES_MAX = 128 };

static bool used[N_PAGES]; /* the first pages of the area, as they should be */
static bool has_no_memory;

void *kmalloc(size_t size)
{
    return has_no_memory ? NULL : malloc(size);
}

void kfree(void *ptr)
{
    free(ptr);
}

struct range {
    vaddr_t va;
    size_t n;
};

static void mark(struct range range, bool is_used)
{
    size_t first = (range.va - KVA_BASE) / PAGE_SIZE;
    for (size_t i = 0; i < range.n; i++) {
        EXPECT(first + i < N_PAGES, "not the lowest gap");
        EXPECT(used[first + i] != is_used, "page %zu: overlap", first + i);
        used[first + i] = is_used;
    }
}

/* The address of the lowest gap of n pages. */
static vaddr_t lowest_gap(size_t n)
{
    size_t run = 0;
    for (size_t i = 0; i < N_PAGES; i++) {
        run = used[i] ? 0 : run + 1;
        if (run == n)
            return KVA_BASE + (i + 1 - n) * PAGE_SIZE;
    }
    unit_fail(__FILE__, __LINE__, "lowest_gap()", "the test is too small");
}

static void test_random(u64 seed)
{
    unit_case("seed %llu", (unsigned long long)seed);
    struct random random;
    struct range ranges[RANGES_MAX];
    size_t n_ranges = 0;
    random_seed(&random, seed);
    for (size_t i = 0; i < 5000; i++) {
        if (n_ranges < RANGES_MAX && random_below(&random, 9) < 5) {
            size_t n = 1 + random_below(&random, 3);
            vaddr_t expected = lowest_gap(n), va = kva_alloc(n * PAGE_SIZE);
            EXPECT_EQ(va, expected);
            EXPECT_EQ(kva_find_len(va), n * PAGE_SIZE);
            mark(ranges[n_ranges++] = (struct range){va, n}, true);
        } else if (n_ranges > 0) {
            size_t which = random_below(&random, n_ranges);
            mark(ranges[which], false);
            kva_free(ranges[which].va);
            EXPECT_EQ(kva_find_len(ranges[which].va), 0);
            ranges[which] = ranges[--n_ranges];
        }
        EXPECT_EQ(kva_count(), n_ranges);
    }
    while (n_ranges > 0) {
        mark(ranges[--n_ranges], false);
        kva_free(ranges[n_ranges].va);
    }
    EXPECT_EQ(kva_count(), 0);
    EXPECT_EQ(host_locks_held(), 0);
}

static void test_limits(void)
{
    unit_case("limits");
    has_no_memory = true;
    EXPECT_EQ(kva_alloc(PAGE_SIZE), 0);
    has_no_memory = false;
    EXPECT_EQ(kva_alloc(KVA_SIZE + PAGE_SIZE), 0);
    vaddr_t all = kva_alloc(KVA_SIZE);
    EXPECT_EQ(all, KVA_BASE);
    EXPECT_EQ(kva_alloc(PAGE_SIZE), 0);
    EXPECT_EQ(kva_find_len(all + PAGE_SIZE), 0);
    EXPECT_PANIC(kva_free(all + PAGE_SIZE));
    kva_free(all);
    EXPECT_PANIC(kva_free(all));
}

int main(void)
{
    for (u64 seed = 1; seed <= 20; seed++)
        test_random(seed);
    test_limits();
    return 0;
}
