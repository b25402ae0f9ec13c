/*
 * test/pt_fixture.c - a page table of its own for each test.
 */
#include "test/pt_fixture.h"

#include "arch/x86_64/cpu.h"
#include "core/cpucall.h"
#include "lib/atomic.h"
#include "mm/page.h"
#include "test/pt_census.h"

struct page_table test_table;
struct tlb_batch test_batch;

static struct page_table in_use; /* whose upper half is shared */
static size_t n_free_before;
static struct list hoard = LIST_INIT(hoard);

bool pt_begin(struct ktest_run *t)
{
    in_use.root = mmu_root();
    n_free_before = page_count_free();
    if (page_table_create(&test_table, &in_use)) {
        ktest_fail(t, __FILE__, __LINE__, "no frame for a page table");
        return false;
    }
    tlb_batch_begin(&test_batch, &test_table.cpus);
    return true;
}

void pt_end(struct ktest_run *t)
{
    struct pt_census census = pt_census(&test_table);
    CHECK(t, !census.wrong, "%s (at %#lx)", census.wrong, census.wrong_at);
    page_table_destroy(&test_table);
    size_t n_free = page_count_free();
    CHECK(t, n_free >= n_free_before, "%lu frames of tables were lost",
          n_free_before - n_free);
}

int pt_unmap(vaddr_t va, u64 len)
{
    int err = page_table_unmap(&test_table, va, len, &test_batch);
    tlb_batch_finish(&test_batch);
    return err;
}

int pt_protect(vaddr_t va, u64 len, u32 flags)
{
    int err = page_table_protect(&test_table, va, len, flags, &test_batch);
    tlb_batch_finish(&test_batch);
    return err;
}

void pt_load(void)
{
    atomic_or(&test_table.cpus, cpu_set_one(this_cpu()->id));
    mmu_load(test_table.root);
}

void pt_unload(void)
{
    mmu_load(in_use.root);
    atomic_and(&test_table.cpus, ~cpu_set_one(this_cpu()->id));
}

void pt_enter(void)
{
    irq_push_off();
    pt_load();
}

void pt_leave(void)
{
    pt_unload();
    irq_pop_off();
}

bool pt_can_hoard(struct ktest_run *t)
{
    bool can = page_count_all() < 128 * MIB / PAGE_SIZE;
    if (!can)
        ktest_skip(t, "too much memory to use up");
    return can;
}

/* Allocate blocks of an order for the hoard, at most n of them. */
static void hoard_blocks(unsigned order, size_t n)
{
    struct page *page;
    while (n-- > 0 && (page = page_alloc(order, PAGE_ANY)))
        list_push_back(&hoard, &page->link);
}

void pt_hoard(size_t n, unsigned order)
{
    hoard_blocks(order, n); /* these come first, and go first */
    for (int size = PAGE_ORDER_MAX; size >= 0; size--)
        hoard_blocks((unsigned)size, ~(size_t)0);
    for (; n > 0; n--)
        page_put(list_entry(list_pop_front(&hoard), struct page, link));
}

void pt_share(void)
{
    for (struct list *link; (link = list_pop_front(&hoard));)
        page_put(list_entry(link, struct page, link));
}
