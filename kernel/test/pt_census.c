/*
 * test/pt_census.c - count what a page table is made of.
 */
#include "test/pt_census.h"

#include "arch/x86_64/layout.h"

#define PTE_KNOWN                                                       \
    (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_UNCACHED | PTE_ACCESSED | \
     PTE_DIRTY | PTE_LARGE | PTE_NX | PTE_ADDR)

static bool is_upper(vaddr_t va)
{
    return va >> 47 != 0;
}

/* What is wrong with an entry that points at a table, or NULL. */
static const char *judge_table(pte_t entry, vaddr_t va)
{
    if (!(entry & PTE_WRITE))
        return "an entry above the leaf withholds PTE_WRITE";
    if (entry & PTE_NX)
        return "an entry above the leaf has PTE_NX";
    if (entry & PTE_UNCACHED)
        return "an entry above the leaf has PTE_UNCACHED";
    if (!is_upper(va) && !(entry & PTE_USER))
        return "an entry above the leaf withholds PTE_USER";
    if (is_upper(va) && (entry & PTE_USER))
        return "an entry of the kernel's half has PTE_USER";
    return NULL;
}

static const char *judge_leaf(pte_t entry, unsigned level)
{
    paddr_t pa = entry & PTE_ADDR;
    if (level == 1 && (entry & PTE_LARGE))
        return "a leaf of level 1 has bit 7 (there it is not PTE_LARGE)";
    if (pa & (pt_level_size(level) - 1))
        return "the address in a large leaf is not a multiple of its size";
    if ((entry & PTE_WRITE) && !(entry & PTE_NX))
        return "a leaf is both writable and executable";
    return NULL;
}

static void note(struct pt_census *census, const char *wrong, vaddr_t va)
{
    if (!wrong || census->wrong)
        return;
    census->wrong = wrong;
    census->wrong_at = va;
}

static bool is_leaf(pte_t entry, unsigned level)
{
    return level == 1 || (level < PT_LEVELS && (entry & PTE_LARGE));
}

/* Bits 63 to 48 are copies of bit 47. */
static vaddr_t canonical(vaddr_t va)
{
    return is_upper(va) ? va | (vaddr_t)0xffff << 48 : va;
}

static void count_table(struct pt_census *census, const pte_t *entries,
                        unsigned level, vaddr_t base);

static void count_entry(struct pt_census *census, pte_t entry, unsigned level,
                        vaddr_t va)
{
    if (!(entry & PTE_PRESENT) || (entry & ~PTE_KNOWN))
        note(census, "an entry has bits that mean nothing", va);
    if (is_leaf(entry, level)) {
        note(census, judge_leaf(entry, level), va);
        census->n_leaves[level]++;
        census->n_bytes += pt_level_size(level);
        return;
    }
    note(census, judge_table(entry, va), va);
    count_table(census, phys_to_virt(entry & PTE_ADDR), level - 1, va);
}

/* Count a table for the addresses from `base` on, and all below it. */
static void count_table(struct pt_census *census, const pte_t *entries,
                        unsigned level, vaddr_t base)
{
    bool is_empty = true;
    census->n_tables++;
    for (unsigned i = 0; i < PT_ENTRIES; i++) {
        if (entries[i] == 0)
            continue;
        is_empty = false;
        count_entry(census, entries[i], level,
                    canonical(base + i * pt_level_size(level)));
    }
    if (is_empty && (level < 3 || !is_upper(base)))
        note(census, "a table maps nothing", base);
}

struct pt_census pt_census(const struct page_table *table)
{
    struct pt_census census = {.n_tables = 1};
    const pte_t *entries = phys_to_virt(table->root);
    unsigned n = table->kernel ? PT_ENTRIES / 2 : PT_ENTRIES;
    for (unsigned i = 0; i < n; i++)
        if (entries[i] != 0)
            count_entry(&census, entries[i], PT_LEVELS,
                        canonical(i * pt_level_size(PT_LEVELS)));
    if (!census.wrong && census.n_tables != table->n_tables)
        note(&census, "n_tables is not the number of tables", 0);
    return census;
}
