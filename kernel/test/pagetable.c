/*
 * test/pagetable.c - walk, query and map, by example.
 *
 * The tables that walk and query are tried on are built by hand here, entry by
 * entry, so these two can be tested before anything is mapped.
 */
#include "mm/pagetable.h"

#include "abi/errno.h"
#include "arch/x86_64/cpu_features.h"
#include "mm/page.h"
#include "test/pt_census.h"
#include "test/pt_fixture.h"

#define DATA (PTE_PRESENT | PTE_WRITE | PTE_NX)
#define LINK (PTE_PRESENT | PTE_WRITE | PTE_USER)

/* Put a new table into entry `i` of another. */
static pte_t *add_table(pte_t *entries, unsigned i)
{
    struct page *page = page_alloc(0, PAGE_ZEROED);
    if (!page)
        return NULL;
    entries[i] = page_to_phys(page) | LINK;
    test_table.n_tables++;
    return page_to_virt(page);
}

/* The tables by hand: at each level one entry goes on, and one is a leaf. */
static struct {
    pte_t *level4, *level3, *level2, *level1;
} by_hand;

/* Indexes on the way; TEST_BASE is not on it. */
enum { I4 = 37, I3 = 511, I2 = 1, I1 = 300 };

static vaddr_t address(u64 i4, u64 i3, u64 i2, u64 i1)
{
    return i4 << 39 | i3 << 30 | i2 << 21 | i1 << 12;
}

static bool build_by_hand(struct ktest_run *t)
{
    if (!pt_begin(t))
        return false;
    by_hand.level4 = phys_to_virt(test_table.root);
    by_hand.level3 = add_table(by_hand.level4, I4);
    by_hand.level2 = by_hand.level3 ? add_table(by_hand.level3, I3) : NULL;
    by_hand.level1 = by_hand.level2 ? add_table(by_hand.level2, I2) : NULL;
    if (!by_hand.level1) {
        ktest_fail(t, __FILE__, __LINE__, "no frames for page tables");
        return false;
    }
    by_hand.level3[0] = 7 * GIB | PTE_PRESENT | PTE_LARGE; /* executable */
    by_hand.level2[511] = 0x7fe00000 | DATA | PTE_LARGE | PTE_UNCACHED;
    by_hand.level1[I1] = 0x123456000 | DATA | PTE_USER | PTE_DIRTY;
    by_hand.level1[I1 + 1] = 0x1000 | PTE_PRESENT | PTE_NX;
    return true;
}

static void test_walk(struct ktest_run *t)
{
    if (!build_by_hand(t))
        return;
    const struct {
        vaddr_t va;
        unsigned lowest;
        pte_t *entry;
        unsigned level;
    } walks[] = {
        {address(I4, I3, I2, I1) + 0xfff, 1, &by_hand.level1[I1], 1},
        {address(I4, I3, I2, I1), 2, &by_hand.level2[I2], 2},
        {address(I4, I3, I2, I1), 3, &by_hand.level3[I3], 3},
        {address(I4, I3, I2, I1), 4, &by_hand.level4[I4], 4},
        {address(I4, I3, I2, 0), 1, &by_hand.level1[0], 1},
        {address(I4, I3, I2, 511), 1, &by_hand.level1[511], 1},
        {address(I4, I3, 511, 77), 1, &by_hand.level2[511], 2},
        {address(I4, I3, 0, 0), 1, &by_hand.level2[0], 2},
        {address(I4, 0, 5, 5), 1, &by_hand.level3[0], 3},
        {address(I4, 1, 5, 5), 2, &by_hand.level3[1], 3},
        {address(I4 + 1, I3, I2, I1), 1, &by_hand.level4[I4 + 1], 4},
        {address(0, 0, 0, 0), 1, &by_hand.level4[0], 4},
        {KVA_BASE + KVA_SIZE, 1, &by_hand.level4[386], 4},
    };
    for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
        struct pt_walk at =
            page_table_walk(&test_table, walks[i].va, walks[i].lowest);
        CHECK(t, at.entry == walks[i].entry && at.level == walks[i].level,
              "a walk to %#lx, down to level %u: expected entry %p of level "
              "%u, saw %p of level %u",
              walks[i].va, walks[i].lowest, walks[i].entry, walks[i].level,
              at.entry, at.level);
    }
    CHECK_EQ(t, by_hand.level1[0], 0);
    pt_end(t);
}

static void expect_mapping(struct ktest_run *t, vaddr_t va, struct mapping want)
{
    struct mapping found = {};
    int err = page_table_query(&test_table, va, &found);
    CHECK(t, err == 0, "query of %#lx, which is mapped, says %d", va, err);
    CHECK(t,
          found.pa == want.pa && found.size == want.size &&
              found.flags == want.flags,
          "query of %#lx: expected pa %#lx, size %#lx, flags %#x, saw pa "
          "%#lx, size %#lx, flags %#x",
          va, want.pa, want.size, want.flags, found.pa, found.size,
          found.flags);
}

static void test_query(struct ktest_run *t)
{
    if (!build_by_hand(t))
        return;
    expect_mapping(
        t, address(I4, I3, I2, I1) + 0xabc,
        (struct mapping){0x123456abc, 4 * KIB, MAP_WRITE | MAP_USER});
    expect_mapping(t, address(I4, I3, I2, I1 + 1),
                   (struct mapping){0x1000, 4 * KIB, MAP_READ});
    expect_mapping(
        t, address(I4, I3, 511, 3) + 5,
        (struct mapping){0x7fe03005, 2 * MIB, MAP_WRITE | MAP_UNCACHED});
    expect_mapping(t, address(I4, 0, 8, 2) + 1,
                   (struct mapping){7 * GIB + 0x1002001, GIB, MAP_EXEC});
    const vaddr_t nowhere[] = {
        address(I4, I3, I2, I1 - 1),
        address(I4, I3, 2, 0),
        address(I4, 1, 0, 0),
        address(0, 0, 0, 0),
        address(I4, I3, I2, I1) | (vaddr_t)1 << 60, /* not canonical */
    };
    struct mapping found = {};
    for (size_t i = 0; i < ARRAY_LEN(nowhere); i++) {
        int err = page_table_query(&test_table, nowhere[i], &found);
        CHECK(t, err == -ENOENT, "query of %#lx: expected %d, saw %d",
              nowhere[i], -ENOENT, err);
    }
    pt_end(t);
}

static void test_map(struct ktest_run *t)
{
    static const u32 some[] = {
        MAP_READ,
        MAP_WRITE,
        MAP_EXEC,
        MAP_USER,
        MAP_USER | MAP_WRITE,
        MAP_USER | MAP_EXEC,
        MAP_WRITE | MAP_UNCACHED,
    };
    if (!pt_begin(t))
        return;
    vaddr_t va = TEST_BASE + 511 * PAGE_SIZE; /* the next one: a new table */
    for (size_t i = 0; i < ARRAY_LEN(some); i++) {
        paddr_t pa = 0x1000 * (1 + random_below(&t->random, 1u << 30));
        int err = page_table_map(&test_table, va, pa, PAGE_SIZE, some[i]);
        CHECK(t, err == 0, "map of %#lx with flags %#x says %d", va, some[i],
              err);
        pte_t *entry = page_table_walk(&test_table, va, 1).entry;
        CHECK_EQ(t, *entry, pte_make_leaf(pa, 1, some[i]));
        va += PAGE_SIZE;
    }
    CHECK_EQ(t, test_table.n_tables, 5);
    CHECK_EQ(t, pt_census(&test_table).n_leaves[1], ARRAY_LEN(some));
    pt_end(t);
}

/* Map, and count the leaves of each size. */
static void expect_leaves(struct ktest_run *t, paddr_t pa, u64 len,
                          const size_t n_leaves[4])
{
    if (!pt_begin(t))
        return;
    vaddr_t va = TEST_BASE + (pa & (GIB - 1));
    int err = page_table_map(&test_table, va, pa, len, MAP_WRITE);
    CHECK(t, err == 0, "map of %#lx to %#lx, %#lx bytes, says %d", va, pa, len,
          err);
    struct pt_census census = pt_census(&test_table);
    for (unsigned level = 1; level <= 3; level++)
        CHECK(t, census.n_leaves[level] == n_leaves[level],
              "%#lx bytes at %#lx to %#lx: expected %zu leaves of level %u, "
              "saw %zu",
              len, va, pa, n_leaves[level], level, census.n_leaves[level]);
    CHECK_EQ(t, census.n_bytes, len);
    pt_end(t);
}

/* The largest pages that this CPU can do, or is said to. */
static void expect_large(struct ktest_run *t)
{
    size_t n_3 = cpu_features.has_gib_pages ? 1 : 0;
    size_t n_2 = n_3 ? 0 : 512;
    expect_leaves(t, 4 * MIB, 2 * MIB, (size_t[]){0, 0, 1, 0});
    expect_leaves(t, 2 * MIB, 2 * MIB - 4 * KIB, (size_t[]){0, 511, 0, 0});
    expect_leaves(t, 2 * MIB - 4 * KIB, 2 * MIB + 8 * KIB,
                  (size_t[]){0, 2, 1, 0});
    expect_leaves(t, 3 * GIB, GIB, (size_t[]){0, 0, n_2, n_3});
    expect_leaves(t, GIB - 4 * KIB, GIB + 2 * MIB + 4 * KIB,
                  (size_t[]){0, 1, n_2 + 1, n_3});
}

static void test_large(struct ktest_run *t)
{
    const bool has_gib_pages = cpu_features.has_gib_pages;
    expect_large(t);
    cpu_features.has_gib_pages = false; /* as on older CPUs */
    if (!t->has_failed)
        expect_large(t);
    cpu_features.has_gib_pages = has_gib_pages;
    if (t->has_failed || !pt_begin(t))
        return;
    /* Here va and pa are never multiples of 2 MiB at once. */
    int err = page_table_map(&test_table, TEST_BASE, 4 * KIB, 2 * MIB, 0);
    CHECK_EQ(t, err, 0);
    CHECK_EQ(t, pt_census(&test_table).n_leaves[1], 512);
    pt_end(t);
}

static void test_errors(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE, half = (vaddr_t)1 << 47;
    const u64 page = PAGE_SIZE, pa_end = (u64)1 << 52;
    const struct {
        vaddr_t va;
        paddr_t pa;
        u64 len;
        u32 flags;
        int err;
    } calls[] = {
        {va + 1, 0, page, 0, -EINVAL},
        {va, 1, page, 0, -EINVAL},
        {va, 0, page + 8, 0, -EINVAL},
        {va, 0, 0, 0, -EINVAL},
        {half, 0, page, 0, -EINVAL},
        {half - page, 0, 2 * page, 0, -EINVAL},
        {-page, 0, 2 * page, 0, -EINVAL},
        {va, pa_end, page, 0, -EINVAL},
        {va, pa_end - page, 2 * page, 0, -EINVAL},
        {va, 0, page, MAP_WRITE | MAP_EXEC, -EINVAL},
        {va, 0, page, 1 << 4, -EINVAL},
        {KVA_BASE, 0, page, MAP_USER, -EINVAL},
        {va, 0, 4 * MIB, 0, 0},
        {va + 4 * MIB - page, 0, page, 0, -EEXIST},
        {va - page, 0, 2 * page, 0, -EEXIST},
        {va - 2 * MIB, 0, 2 * MIB + page, 0, -EEXIST},
        {va - GIB, 0, 2 * GIB, 0, -EEXIST},
        {va + 4 * MIB, 0, page, 0, 0},
        {half - page, pa_end - page, page, 0, 0},
    };
    if (!pt_begin(t))
        return;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        u64 n_bytes = pt_census(&test_table).n_bytes;
        u64 more = calls[i].err ? 0 : calls[i].len;
        int err = page_table_map(&test_table, calls[i].va, calls[i].pa,
                                 calls[i].len, calls[i].flags);
        CHECK(t, err == calls[i].err,
              "map(va %#lx, pa %#lx, len %#lx, flags %#x): expected %d, saw "
              "%d",
              calls[i].va, calls[i].pa, calls[i].len, calls[i].flags,
              calls[i].err, err);
        CHECK(t, pt_census(&test_table).n_bytes == n_bytes + more,
              "map(va %#lx) says %d, but %#lx bytes more are mapped",
              calls[i].va, err, pt_census(&test_table).n_bytes - n_bytes);
    }
    pt_end(t);
}

/* Too few frames for the tables: nothing may be mapped, nothing lost. */
static void test_no_memory(struct ktest_run *t)
{
    if (!pt_can_hoard(t) || !pt_begin(t))
        return;
    /* 4 KiB before 2 MiB and 4 KiB behind: tables of level 3, 2, 1, 1 */
    const u64 len = 2 * MIB + 8 * KIB;
    const vaddr_t va = TEST_BASE + 2 * MIB - 4 * KIB;
    for (size_t n = 0; n <= 4; n++) {
        pt_hoard(n, 0);
        int err = page_table_map(&test_table, va, 2 * MIB - 4 * KIB, len, 0);
        size_t n_left = page_count_free();
        pt_share();
        CHECK(t, err == (n < 4 ? -ENOMEM : 0),
              "with %zu free frames map says %d; it needs 4", n, err);
        CHECK(t, n_left == (n < 4 ? n : 0),
              "with %zu free frames map leaves %zu", n, n_left);
        struct pt_census census = pt_census(&test_table);
        CHECK(t, !census.wrong, "%s (with %zu free frames)", census.wrong, n);
        CHECK_EQ(t, census.n_bytes, n < 4 ? 0 : len);
    }
    pt_end(t);
}

KTEST_SUITE(pagetable) = {
    {"pagetable.walk", test_walk, .rounds = 1},
    {"pagetable.query", test_query, .rounds = 1},
    {"pagetable.map", test_map, .rounds = 2},
    {"pagetable.large", test_large, .rounds = 1},
    {"pagetable.errors", test_errors, .rounds = 1},
    {"pagetable.no_memory", test_no_memory, .rounds = 1},
    {},
};
