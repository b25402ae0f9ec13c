/*
 * mm/pte.h - page table entries: what their 64 bits say.
 *
 * enum map_flags is what the kernel wants of a page; here it becomes bits of
 * the CPU, and comes back.  Pure functions of numbers.
 */
#ifndef MM_PTE_H
#define MM_PTE_H

#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmu.h"
#include "lib/types.h"

/* What a mapping allows, beside being read. */
enum map_flags {
    MAP_READ = 0,
    MAP_WRITE = 1 << 0,
    MAP_EXEC = 1 << 1,     /* never together with MAP_WRITE */
    MAP_USER = 1 << 2,     /* by user programs; in their half only */
    MAP_UNCACHED = 1 << 3, /* device registers */
};

/* Whether an entry of a table at `level` points at another table. */
static inline bool pte_is_table(pte_t entry, unsigned level)
{
    return (entry & PTE_PRESENT) && level > 1 && !(entry & PTE_LARGE);
}

/* The table that an entry points at; only if pte_is_table(). */
static inline pte_t *pte_table(pte_t entry)
{
    return phys_to_virt(entry & PTE_ADDR);
}

/* Whether these flags may be asked for at `va`: no others than those above,
 * not MAP_WRITE with MAP_EXEC, MAP_USER only in the user's half. */
bool pte_flags_are_valid(vaddr_t va, u32 flags);

/*
 * A leaf at `level` (1 to 3) that maps the page at `pa` with `flags`, which
 * are valid.  Present; not executable unless MAP_EXEC says so; PTE_LARGE at
 * levels 2 and 3 only.  No other bits.
 */
pte_t pte_make_leaf(paddr_t pa, unsigned level, u32 flags);

/* An entry on the way to `va` that points at the table at `pa`.  It grants
 * everything, since the leaf decides; PTE_USER in the user's half only. */
pte_t pte_make_table(paddr_t pa, vaddr_t va);

/* enum map_flags of a leaf. */
u32 pte_flags(pte_t leaf);

/* The leaf with other flags.  All that flags don't speak of stays. */
pte_t pte_set_flags(pte_t leaf, u32 flags);

/*
 * Leaf number i (0 to 511) of those at `level` - 1 that together map just what
 * `leaf`, at `level` (2 or 3), does, in the same way.
 */
pte_t pte_split(pte_t leaf, unsigned level, unsigned i);

/*
 * Whether a CPU that remembers `before` must be told when the leaf becomes
 * `after`: it lost a right, or is cached otherwise.
 */
bool pte_must_forget(pte_t before, pte_t after);

#endif
