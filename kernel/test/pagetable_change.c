/*
 * test/pagetable_change.c - split, protect and unmap, by example and drawn.
 */
#include "abi/errno.h"
#include "mm/page.h"
#include "mm/pagetable.h"
#include "test/pt_census.h"
#include "test/pt_fixture.h"
#include "test/pt_model.h"

static struct pt_model model;

/* Begin with one range mapped. */
static bool begin_with(struct ktest_run *t, struct pt_piece piece)
{
    if (!pt_begin(t))
        return false;
    pt_model_begin(&model, &test_table, &test_batch);
    const char *wrong = pt_model_map(&model, piece);
    if (wrong)
        ktest_fail(t, __FILE__, __LINE__, "%s", wrong);
    return !wrong;
}

/* Unless the table is as the model has it, fail and leave the function. */
#define RIGHT(t, call)                     \
    do {                                   \
        const char *wrong_ = (call);       \
        CHECK((t), !wrong_, "%s", wrong_); \
    } while (0)

static void test_split(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE;
    const struct pt_piece large = {va, 2 * GIB, 6 * GIB,
                                   MAP_WRITE | MAP_UNCACHED};
    if (!begin_with(t, large))
        return;
    u64 n_flushes = tlb_n_flushes;
    size_t n_tables = test_table.n_tables;
    CHECK_EQ(t, page_table_split(&test_table, va), 0);
    CHECK_EQ(t, page_table_split(&test_table, va + GIB), 0);
    CHECK_EQ(t, page_table_split(&test_table, va + 2 * GIB), 0);
    CHECK_EQ(t, page_table_split(&test_table, 0), 0);
    CHECK_EQ(t, test_table.n_tables, n_tables);

    CHECK_EQ(t, page_table_split(&test_table, va + 6 * MIB - 4 * KIB), 0);
    CHECK_EQ(t, page_table_split(&test_table, va + 6 * MIB), 0);
    struct pt_census census = pt_census(&test_table);
    CHECK(t, !census.wrong, "%s (at %#lx)", census.wrong, census.wrong_at);
    CHECK_EQ(t, census.n_leaves[1], 512);
    CHECK_EQ(t, census.n_leaves[2] % 512, 511);
    struct pt_walk at = page_table_walk(&test_table, va + 8 * MIB, 1);
    CHECK_EQ(t, at.level, 2);
    RIGHT(t, pt_model_compare(&model));
    CHECK_EQ(t, tlb_n_flushes, n_flushes);
    pt_end(t);
}

/* What the CPU noted must still be there in all parts. */
static void test_protect_noted(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE;
    pte_t *entry = page_table_walk(&test_table, va, 1).entry;
    *entry |= PTE_ACCESSED | PTE_DIRTY;
    RIGHT(t, pt_model_protect(&model, va + 4 * KIB, 8 * KIB, MAP_EXEC));
    for (u64 i = 0; i < 4; i++) {
        pte_t pte = *page_table_walk(&test_table, va + i * PAGE_SIZE, 1).entry;
        CHECK(t, (pte & PTE_ACCESSED) && (pte & PTE_DIRTY),
              "%#lx: accessed and dirty were lost in %#lx", va + i * PAGE_SIZE,
              pte);
    }
}

static void test_protect(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE;
    if (!begin_with(t, (struct pt_piece){va, 4 * MIB, 8 * MIB, MAP_WRITE}))
        return;
    test_protect_noted(t);
    if (t->has_failed)
        return;
    RIGHT(t, pt_model_compare(&model));
    RIGHT(t, pt_model_protect(&model, va + 2 * MIB, 2 * MIB, MAP_USER));
    CHECK_EQ(t, page_table_walk(&test_table, va + 2 * MIB, 1).level, 2);
    /* What is not mapped stays so, and what is mapped behind it changes. */
    RIGHT(t, pt_model_protect(&model, va - GIB, 2 * GIB, MAP_READ));
    RIGHT(t, pt_model_compare(&model));

    CHECK_EQ(t, pt_protect(va + 1, PAGE_SIZE, 0), -EINVAL);
    CHECK_EQ(t, pt_protect(va, 0, 0), -EINVAL);
    CHECK_EQ(t, pt_protect(va, PAGE_SIZE, MAP_WRITE | MAP_EXEC), -EINVAL);
    CHECK_EQ(t, pt_protect(va, PAGE_SIZE, 1 << 7), -EINVAL);
    RIGHT(t, pt_model_compare(&model));
    pt_end(t);
}

static void test_unmap(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE, half = (vaddr_t)1 << 47;
    const struct pt_piece large = {va, 2 * GIB, 0, MAP_WRITE};
    if (!begin_with(t, large))
        return;
    RIGHT(t, pt_model_unmap(&model, va + 3 * MIB, 8 * KIB));
    RIGHT(t, pt_model_compare(&model));
    RIGHT(t, pt_model_unmap(&model, va + 2 * GIB - PAGE_SIZE, PAGE_SIZE));
    RIGHT(t, pt_model_compare(&model));
    RIGHT(t, pt_model_map(
                 &model, (struct pt_piece){half - PAGE_SIZE, PAGE_SIZE, 0, 0}));
    RIGHT(t, pt_model_unmap(&model, va + GIB - PAGE_SIZE, 2 * PAGE_SIZE));
    RIGHT(t, pt_model_compare(&model));
    CHECK_EQ(t, pt_unmap(va + 8, PAGE_SIZE), -EINVAL);
    CHECK_EQ(t, pt_unmap(half - PAGE_SIZE, 2 * PAGE_SIZE), -EINVAL);
    RIGHT(t, pt_model_unmap(&model, va - GIB, PAGE_SIZE)); /* nothing there */
    RIGHT(t, pt_model_compare(&model));
    RIGHT(t, pt_model_unmap(&model, 0, half));
    RIGHT(t, pt_model_compare(&model));
    CHECK_EQ(t, test_table.n_tables, 1);
    pt_end(t);
}

/* In the kernel's half a table of level 3 stays, even if it maps nothing. */
static void test_prune_kernel(struct ktest_run *t)
{
    static struct page_table own; /* shares no half with anybody */
    struct tlb_batch batch;
    CHECK_EQ(t, page_table_create(&own, NULL), 0);
    tlb_batch_begin(&batch, &own.cpus);
    CHECK_EQ(t, page_table_map(&own, KVA_BASE, 0, PAGE_SIZE, 0), 0);
    int err = page_table_unmap(&own, KVA_BASE, PAGE_SIZE, &batch);
    tlb_batch_finish(&batch);
    CHECK_EQ(t, err, 0);
    struct pt_census census = pt_census(&own);
    CHECK(t, !census.wrong, "%s (at %#lx)", census.wrong, census.wrong_at);
    CHECK(t, own.n_tables == 2,
          "%zu tables instead of 2: in the kernel's half one of level 3 stays",
          own.n_tables);
    page_table_destroy(&own);
}

/* Frames of tables go when the batch is finished, and no sooner. */
static void test_prune(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE;
    if (!begin_with(t, (struct pt_piece){va, 2 * PAGE_SIZE, 0, 0}))
        return;
    CHECK_EQ(t, test_table.n_tables, 4);
    CHECK_EQ(t, pt_unmap(va, PAGE_SIZE), 0);
    CHECK(t, test_table.n_tables == 4,
          "a table went away although it still maps a page");

    size_t n_free = page_count_free();
    int err =
        page_table_unmap(&test_table, va + PAGE_SIZE, PAGE_SIZE, &test_batch);
    size_t n_early = page_count_free() - n_free;
    CHECK_EQ(t, test_batch.n_addresses, 1);
    CHECK_EQ(t, test_batch.n_pages, 3);
    tlb_batch_finish(&test_batch);
    CHECK_EQ(t, err, 0);
    CHECK(t, n_early == 0,
          "%zu tables were given back while CPUs may still walk them", n_early);
    CHECK_EQ(t, test_table.n_tables, 1);
    CHECK_EQ(t, page_count_free(), n_free + 3);
    pt_end(t);
    test_prune_kernel(t);
}

static void test_random(struct ktest_run *t)
{
    if (!pt_begin(t))
        return;
    pt_model_begin(&model, &test_table, &test_batch);
    for (size_t i = 0; i < 60; i++) {
        RIGHT(t, pt_model_step(&model, &t->random, TEST_BASE & -(4 * GIB)));
        if (i % 10 == 9)
            RIGHT(t, pt_model_compare(&model));
    }
    RIGHT(t, pt_model_drain(&model, &t->random));
    pt_end(t);
}

KTEST_SUITE(pagetable_change) = {
    {"pagetable.split", test_split, .rounds = 1},
    {"pagetable.protect", test_protect, .rounds = 1},
    {"pagetable.unmap", test_unmap, .rounds = 1},
    {"pagetable.prune", test_prune, .rounds = 1},
    {"pagetable.random", test_random, .rounds = 6},
    {},
};
