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

/* Add entries first .. end - 1 of a table for addresses from `base` on. */
static void count(struct pt_census *census, paddr_t pa, unsigned level,
                  vaddr_t base)
{
    const pte_t *entries = phys_to_virt(pa);
    size_t n_before = 0;
    census->n_tables++;
    for (unsigned i = 0; i < PT_ENTRIES; i++) {
        vaddr_t va = base + i * pt_level_size(level);
        pte_t entry = entries[i];
        if (entry == 0)
            continue;
        n_before++;
        if (!(entry & PTE_PRESENT) || (entry & ~PTE_KNOWN))
            note(census, "an entry has bits that mean nothing", va);
        if (is_leaf(entry, level)) {
            note(census, judge_leaf(entry, level), va);
            census->n_leaves[level]++;
            census->n_bytes += pt_level_size(level);
        } else {
            note(census, judge_table(entry, va), va);
            count(census, entry & PTE_ADDR, level - 1, va);
        }
    }
    bool may_be_empty = level == PT_LEVELS ||
                        (level == PT_LEVELS - 1 && is_upper(base));
    if (n_before == 0 && !may_be_empty)
        note(census, "a table maps nothing", base);
}
