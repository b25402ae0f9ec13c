/*
 * Page tables: by example, then by drawn requests against test/pt_model.h, with
 * memory that runs out, under a TLB that forgets nothing by itself.
 *
 * Sources: mm/pagetable.c mm/pagetable_change.c mm/pte.c mm/tlb.c
 * test/pt_model.c test/pt_census.c lib/format.c
 */
#include "abi/errno.h"
#include "mm/tlb.h"
#include "pt_fake.h"
#include "test/pt_census.h"
#include "test/pt_model.h"

#define KIB      ((u64)1 << 10)
#define MIB      ((u64)1 << 20)
#define GIB      ((u64)1 << 30)
#define LOW      0x0000123400000000u
#define HIGH     0xffffc00000000000u
#define USER_END ((u64)1 << 47)

#define EXPECT_RIGHT(call)             \
    do {                               \
        const char *wrong_ = (call);   \
        EXPECT(!wrong_, "%s", wrong_); \
    } while (0)

static struct page_table table;
static struct tlb_batch batch;
static struct pt_model model;

static void begin(const char *name)
{
    unit_case("%s", name);
    fake_begin();
    EXPECT_EQ(page_table_create(&table, NULL), 0);
    tlb_batch_begin(&batch, &table.cpus);
    pt_model_begin(&model, &table, &batch);
    fake_watch(&table);
}

static void end(void)
{
    fake_table = NULL; /* no CPU uses it any more */
    fake_tlb_fill();
    page_table_destroy(&table);
    EXPECT_EQ(fake_n_used, 0);
}

static int map(vaddr_t va, paddr_t pa, u64 len, u32 flags)
{
    return page_table_map(&table, va, pa, len, flags);
}

static int unmap(vaddr_t va, u64 len)
{
    int err = page_table_unmap(&table, va, len, &batch);
    tlb_batch_finish(&batch);
    return err;
}

static int protect(vaddr_t va, u64 len, u32 flags)
{
    int err = page_table_protect(&table, va, len, flags, &batch);
    tlb_batch_finish(&batch);
    return err;
}

static void test_arguments(void)
{
    begin("arguments");
    struct mapping found;
    const u64 page = PAGE_SIZE;
    EXPECT_EQ(map(LOW + 1, 0, page, 0), -EINVAL);
    EXPECT_EQ(map(LOW, 1, page, 0), -EINVAL);
    EXPECT_EQ(map(LOW, 0, page + 1, 0), -EINVAL);
    EXPECT_EQ(map(LOW, 0, 0, 0), -EINVAL);
    EXPECT_EQ(map(USER_END, 0, page, 0), -EINVAL);
    EXPECT_EQ(map(USER_END - page, 0, 2 * page, 0), -EINVAL);
    EXPECT_EQ(map(-USER_END - page, 0, 2 * page, 0), -EINVAL);
    EXPECT_EQ(map(-page, 0, 2 * page, 0), -EINVAL);
    EXPECT_EQ(map(LOW, (u64)1 << 52, page, 0), -EINVAL);
    EXPECT_EQ(map(LOW, ((u64)1 << 52) - page, 2 * page, 0), -EINVAL);
    EXPECT_EQ(map(LOW, -page, page, 0), -EINVAL);
    EXPECT_EQ(map(LOW, 0, page, MAP_WRITE | MAP_EXEC), -EINVAL);
    EXPECT_EQ(map(LOW, 0, page, 1 << 4), -EINVAL);
    EXPECT_EQ(map(HIGH, 0, page, MAP_USER), -EINVAL);
    EXPECT_EQ(unmap(LOW + 1, page), -EINVAL);
    EXPECT_EQ(unmap(LOW, 0), -EINVAL);
    EXPECT_EQ(protect(LOW, page, MAP_WRITE | MAP_EXEC), -EINVAL);
    EXPECT_EQ(protect(LOW, page - 1, 0), -EINVAL);
    EXPECT_EQ(page_table_query(&table, LOW, &found), -ENOENT);
    EXPECT_EQ(fake_n_used, 1);
    EXPECT_EQ(unmap(LOW, page), 0);
    EXPECT_EQ(protect(LOW, page, 0), 0);
    end();
}

/* The last page there is: its end address is 0. */
static void test_edges(void)
{
    begin("edges");
    const u64 page = PAGE_SIZE;
    struct mapping found;
    EXPECT_EQ(map(-page, 0x7000, page, MAP_WRITE), 0);
    EXPECT_EQ(map(USER_END - page, 0x8000, page, MAP_USER), 0);
    EXPECT_EQ(map(-USER_END, 0x9000, page, MAP_EXEC), 0);
    EXPECT_EQ(map(0, 0xa000, page, 0), 0);
    EXPECT_EQ(page_table_query(&table, ~(u64)0, &found), 0);
    EXPECT_EQ(found.pa, 0x7fff);
    EXPECT_EQ(page_table_query(&table, USER_END, &found), -ENOENT);
    EXPECT_EQ(page_table_query(&table, -USER_END - 1, &found), -ENOENT);
    EXPECT_EQ(map(LOW, ((u64)1 << 52) - page, page, 0), 0);
    EXPECT_EQ(protect(-page, page, MAP_EXEC), 0);
    EXPECT_EQ(page_table_query(&table, -page, &found), 0);
    EXPECT_EQ(found.flags, MAP_EXEC);
    EXPECT_EQ(unmap(-page, page), 0);
    EXPECT_EQ(unmap(0, USER_END), 0);
    EXPECT_EQ(unmap(-USER_END, USER_END), 0);
    EXPECT_EQ(pt_census(&table).n_bytes, 0);
    end();
}

static void expect_leaves(size_t n_1, size_t n_2, size_t n_3)
{
    struct pt_census census = pt_census(&table);
    EXPECT(!census.wrong, "%s", census.wrong);
    EXPECT_EQ(census.n_leaves[1], n_1);
    EXPECT_EQ(census.n_leaves[2], n_2);
    EXPECT_EQ(census.n_leaves[3], n_3);
    EXPECT_EQ(fake_n_used, table.n_tables);
    fake_tlb_check();
    fake_tlb_fill();
}

static void test_sizes(void)
{
    begin("sizes");
    EXPECT_EQ(map(HIGH, 0, 4 * KIB, MAP_WRITE), 0);
    expect_leaves(1, 0, 0);
    EXPECT_EQ(unmap(HIGH, 4 * KIB), 0);
    EXPECT_EQ(table.n_tables, 2); /* level 3 of the kernel's half stays */
    EXPECT_EQ(map(HIGH + 2 * MIB - 4 * KIB, 2 * MIB - 4 * KIB,
                  2 * GIB + 2 * MIB + 8 * KIB, MAP_WRITE),
              0);
    expect_leaves(1 + 1, 511 + 2, 1);
    EXPECT_EQ(unmap(HIGH, 4 * GIB), 0);
    EXPECT_EQ(map(LOW, 4 * KIB, 2 * MIB, MAP_USER), 0); /* no congruence */
    expect_leaves(512, 0, 0);
    EXPECT_EQ(unmap(LOW, 2 * MIB), 0);
    EXPECT_EQ(table.n_tables, 2);
    cpu_features.has_gib_pages = false;
    EXPECT_EQ(map(LOW, 0, GIB, 0), 0);
    expect_leaves(0, 512, 0);
    cpu_features.has_gib_pages = true;
    end();
}

static void test_split(void)
{
    begin("split");
    EXPECT_EQ(map(LOW, 4 * GIB, GIB, MAP_WRITE | MAP_UNCACHED), 0);
    pte_t *entry = page_table_walk(&table, LOW, 1).entry;
    *entry |= PTE_ACCESSED | PTE_DIRTY;
    fake_tlb_fill();
    EXPECT_EQ(protect(LOW + 6 * MIB + 4 * KIB, 4 * KIB, MAP_EXEC), 0);
    expect_leaves(512, 511, 0);
    struct pt_walk at = page_table_walk(&table, LOW + 6 * MIB + 4 * KIB, 1);
    EXPECT_EQ(*at.entry & ~PTE_UNCACHED, (4 * GIB + 6 * MIB + 4 * KIB) |
                                             PTE_PRESENT | PTE_ACCESSED |
                                             PTE_DIRTY);
    at = page_table_walk(&table, LOW + 6 * MIB + 8 * KIB, 1);
    EXPECT_EQ(*at.entry, (4 * GIB + 6 * MIB + 8 * KIB) | PTE_PRESENT |
                             PTE_WRITE | PTE_UNCACHED | PTE_NX | PTE_ACCESSED |
                             PTE_DIRTY);
    EXPECT_EQ(unmap(LOW + 6 * MIB, 2 * MIB), 0);
    expect_leaves(0, 511, 0);
    EXPECT_EQ(map(LOW + 6 * MIB, 0, 2 * MIB, 0), 0);
    expect_leaves(0, 512, 0);
    end();
}

/* A right that is only given needs no other CPU's attention. */
static void test_grow(void)
{
    begin("grow");
    u64 n = tlb_n_flushes;
    EXPECT_EQ(map(LOW, 0, 4 * KIB, 0), 0);
    fake_tlb_fill();
    EXPECT_EQ(protect(LOW, 4 * KIB, MAP_WRITE), 0);
    EXPECT_EQ(protect(LOW, 4 * KIB, MAP_WRITE | MAP_USER), 0);
    EXPECT_EQ(tlb_n_flushes, n);
    EXPECT_EQ(protect(LOW, 4 * KIB, MAP_EXEC | MAP_USER), 0);
    EXPECT_EQ(tlb_n_flushes, n + 1);
    EXPECT_EQ(fake_n_invalidated, 1);
    expect_leaves(1, 0, 0);
    end();
}

/* Few pages are forgotten one by one, many at once. */
static void test_batch(void)
{
    begin("batch");
    EXPECT_EQ(map(LOW, 0, 100 * PAGE_SIZE, 0), 0);
    fake_tlb_fill();
    EXPECT_EQ(unmap(LOW, TLB_BATCH_ADDRESSES * PAGE_SIZE), 0);
    EXPECT_EQ(fake_n_invalidated, TLB_BATCH_ADDRESSES);
    EXPECT_EQ(fake_n_loaded, 0);
    EXPECT_EQ(unmap(LOW, 50 * PAGE_SIZE), 0);
    EXPECT_EQ(fake_n_invalidated, TLB_BATCH_ADDRESSES);
    EXPECT_EQ(fake_n_loaded, 1);
    table.cpus = 0; /* nobody uses it: nobody is asked */
    fake_table = NULL;
    fake_tlb_fill();
    EXPECT_EQ(unmap(LOW, 100 * PAGE_SIZE), 0);
    EXPECT_EQ(fake_n_loaded, 1);
    end();
}

static void test_share(void)
{
    begin("share");
    struct page_table user;
    struct mapping found;
    EXPECT_EQ(page_table_prepare(&table, HIGH, 1024 * GIB), 0);
    EXPECT_EQ(table.n_tables, 3);
    EXPECT_EQ(page_table_prepare(&table, HIGH, 0), -EINVAL);
    EXPECT_EQ(page_table_create(&user, &table), 0);
    EXPECT_EQ(page_table_map(&user, LOW, 0, GIB + MIB, MAP_USER), 0);
    EXPECT_EQ(map(HIGH + 600 * GIB, 0x5000, PAGE_SIZE, MAP_WRITE), 0);
    EXPECT_EQ(page_table_query(&user, HIGH + 600 * GIB, &found), 0);
    EXPECT_EQ(found.pa, 0x5000);
    EXPECT_EQ(unmap(HIGH + 600 * GIB, PAGE_SIZE), 0);
    EXPECT_EQ(page_table_query(&user, HIGH + 600 * GIB, &found), -ENOENT);
    size_t n = fake_n_used;
    page_table_destroy(&user);
    EXPECT_EQ(fake_n_used, n - 4);
    end();
}

static void test_random(u64 seed, vaddr_t base, size_t n_steps)
{
    begin("random");
    unit_case("random, seed %llu", (unsigned long long)seed);
    struct random random;
    random_seed(&random, seed);
    for (size_t i = 0; i < n_steps; i++) {
        fake_fail_in =
            random_below(&random, 3) ? 0 : 1 + random_below(&random, 6);
        model.may_lack_memory = fake_fail_in > 0;
        EXPECT_RIGHT(pt_model_step(&model, &random, base));
        EXPECT_EQ(fake_n_used, table.n_tables);
        fake_tlb_check();
        EXPECT_RIGHT(pt_model_compare(&model));
        fake_tlb_fill();
    }
    fake_fail_in = 0;
    model.may_lack_memory = false;
    EXPECT_RIGHT(pt_model_drain(&model, &random));
    end();
}

/* Each allocation of a request fails once. */
static void test_no_memory(void)
{
    begin("no memory");
    for (size_t n = 1;; n++) {
        fake_fail_in = n;
        int err = map(HIGH + 2 * MIB - 4 * KIB, GIB - 4 * KIB, 4 * GIB, 0);
        if (!err)
            break;
        EXPECT_EQ(err, -ENOMEM);
        EXPECT_EQ(fake_n_used, 1);
    }
    fake_fail_in = 0;
    EXPECT_EQ(unmap(HIGH, 8 * GIB), 0);
    EXPECT_EQ(map(LOW, 0, GIB, MAP_WRITE), 0);
    fake_tlb_fill();
    fake_fail_in = 2;
    EXPECT_EQ(unmap(LOW + 4 * KIB, 4 * KIB), -ENOMEM);
    EXPECT_EQ(pt_census(&table).n_bytes, GIB);
    fake_fail_in = 0;
    EXPECT_EQ(unmap(LOW, GIB), 0);
    fake_fail_in = 1;
    struct page_table other;
    EXPECT_EQ(page_table_create(&other, &table), -ENOMEM);
    fake_fail_in = 0;
    end();
}

int main(int argc, char **argv)
{
    size_t n_seeds = unit_has_option(argc, argv, "--long") ? 100 : 3;
    test_arguments();
    test_edges();
    test_sizes();
    test_split();
    test_grow();
    test_batch();
    test_share();
    test_no_memory();
    for (u64 seed = 1; seed <= n_seeds; seed++) {
        test_random(seed, LOW & -(4 * GIB), 250);
        test_random(seed, HIGH, 250);
        test_random(seed, -(4 * GIB), 250); /* up to the very top */
    }
    return 0;
}
