/*
 * mm/pagetable_change.c - take mappings away, or change their rights.
 *
 * A range may begin or end in the middle of a large page.  That page is first
 * split into a table of smaller ones that map the same, so nobody can tell;
 * from then on every leaf is inside of the range or outside of it.
 *
 * Invariants  a split changes no translation, so nothing need be forgotten
 *             what CPUs may remember is in the batch before its frame can go
 * Spec        Intel SDM 3A, section 4.10.4
 * Tests       grade/unit/test_pagetable.c, kernel/test/pagetable_change.c
 */
#include "abi/errno.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "mm/page.h"
#include "mm/pagetable.h"
#include "mm/tlb.h"
#include "mm/vrange.h"

/* Put a table in the place of the leaf at the end of this walk to `va`. */
static int split_leaf(struct page_table *table, struct pt_walk at, vaddr_t va)
{
    struct page *page = page_alloc(0, PAGE_ANY);
    if (!page)
        return -ENOMEM;
    pte_t *entries = page_to_virt(page);
    for (unsigned i = 0; i < PT_ENTRIES; i++)
        entries[i] = pte_split(*at.entry, at.level, i);
    atomic_store(at.entry, pte_make_table(page_to_phys(page), va));
    table->n_tables++;
    return 0;
}

int page_table_split(struct page_table *table, vaddr_t va)
{
    assert(is_aligned(va, PAGE_SIZE));
    for (;;) {
        struct pt_walk at = page_table_walk(table, va, 1);
        if (!(*at.entry & PTE_PRESENT) ||
            is_aligned(va, pt_level_size(at.level)))
            return 0;
        int err = split_leaf(table, at, va);
        if (err)
            return err;
    }
}

/*
 * Rights
 */

/* CPUs set PTE_ACCESSED and PTE_DIRTY meanwhile: neither may be lost. */
static pte_t change_flags(pte_t *entry, u32 flags)
{
    pte_t before = *entry, after;
    do {
        after = pte_set_flags(before, flags);
    } while (!atomic_compare_exchange(entry, &before, after));
    return before;
}

int page_table_protect(struct page_table *table, vaddr_t va, u64 len, u32 flags,
                       struct tlb_batch *batch)
{
    if (!va_range_is_valid(va, len) || !pte_flags_are_valid(va, flags))
        return -EINVAL;
    int err = page_table_split(table, va);
    if (!err)
        err = page_table_split(table, va + len);
    if (err)
        return err;
    for (u64 done = 0; done < len;) {
        struct pt_walk at = page_table_walk(table, va + done, 1);
        if (*at.entry & PTE_PRESENT) {
            pte_t before = change_flags(at.entry, flags);
            if (pte_must_forget(before, *at.entry))
                tlb_batch_add(batch, va + done);
        }
        done += va_bytes_left(va + done, at.level);
    }
    return 0;
}

/*
 * Taking away
 */

static bool table_is_empty(const pte_t *entries)
{
    for (unsigned i = 0; i < PT_ENTRIES; i++)
        if (entries[i] != 0)
            return false;
    return true;
}

/*
 * Clear what of the range lies below `entries`, and give back what becomes
 * empty of the tables that they point at.
 */
static void unmap_below(struct page_table *table, pte_t *entries,
                        unsigned level, vaddr_t va, u64 len,
                        struct tlb_batch *batch)
{
    while (len > 0) {
        pte_t *entry = &entries[pt_index(va, level)];
        u64 step = va_bytes_left(va, level);
        step = step < len ? step : len;
        bool is_shared = level == PT_LEVELS && va_is_kernel(va);
        if (pte_is_table(*entry, level)) {
            pte_t *below = pte_table(*entry);
            unmap_below(table, below, level - 1, va, step, batch);
            if (table_is_empty(below) && !is_shared) {
                struct page *page = page_find(*entry & PTE_ADDR);
                *entry = 0;
                table->n_tables--;
                tlb_batch_put(batch, page);
            }
        } else if (*entry & PTE_PRESENT) {
            *entry = 0;
            tlb_batch_add(batch, va);
        }
        va += step;
        len -= step;
    }
}

int page_table_unmap(struct page_table *table, vaddr_t va, u64 len,
                     struct tlb_batch *batch)
{
    if (!va_range_is_valid(va, len))
        return -EINVAL;
    int err = page_table_split(table, va);
    if (!err)
        err = page_table_split(table, va + len);
    if (!err)
        unmap_below(table, phys_to_virt(table->root), PT_LEVELS, va, len,
                    batch);
    return err;
}
