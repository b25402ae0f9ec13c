/*
 * mm/pte.c - page table entries: what their 64 bits say.
 *
 * The CPU says one thing upside down: a page may be executed unless PTE_NX is
 * set.
 *
 * Spec   Intel SDM 3A, tables 4-15 to 4-20
 * Tests  grade/unit/test_pagetable.c, kernel/test/pagetable.c
 */
#include "mm/pte.h"

#include "lib/bits.h"
#include "lib/panic.h"
#include "mm/vrange.h"

#define MAP_RIGHTS (MAP_WRITE | MAP_EXEC | MAP_USER)
#define MAP_ALL    (MAP_RIGHTS | MAP_UNCACHED)

#define PTE_RIGHTS (PTE_WRITE | PTE_USER | PTE_UNCACHED | PTE_NX)

bool pte_flags_are_valid(vaddr_t va, u32 flags)
{
    if (flags & ~(u32)MAP_ALL)
        return false;
    if ((flags & MAP_WRITE) && (flags & MAP_EXEC))
        return false;
    return !(flags & MAP_USER) || !va_is_kernel(va);
}

/* Each flag and its bit; is_inverted: the bit says the opposite. */
static const struct {
    u32 flag;
    pte_t bit;
    bool is_inverted;
} bits[] = {
    {MAP_WRITE, PTE_WRITE, false},
    {MAP_USER, PTE_USER, false},
    {MAP_UNCACHED, PTE_UNCACHED, false},
    {MAP_EXEC, PTE_NX, true},
};

static pte_t rights(u32 flags)
{
    pte_t pte = 0;
    for (size_t i = 0; i < ARRAY_LEN(bits); i++)
        if (!(flags & bits[i].flag) == bits[i].is_inverted)
            pte |= bits[i].bit;
    return pte;
}

pte_t pte_make_leaf(paddr_t pa, unsigned level, u32 flags)
{
    assert(level >= 1 && level <= 3);
    assert(is_aligned(pa, pt_level_size(level)));
    pte_t large = level > 1 ? PTE_LARGE : 0;
    return pa | PTE_PRESENT | large | rights(flags);
}

pte_t pte_make_table(paddr_t pa, vaddr_t va)
{
    assert(is_aligned(pa, PAGE_SIZE));
    pte_t user = va_is_kernel(va) ? 0 : PTE_USER;
    return pa | PTE_PRESENT | PTE_WRITE | user;
}

u32 pte_flags(pte_t leaf)
{
    u32 flags = 0;
    for (size_t i = 0; i < ARRAY_LEN(bits); i++)
        if (!(leaf & bits[i].bit) == bits[i].is_inverted)
            flags |= bits[i].flag;
    return flags;
}

pte_t pte_set_flags(pte_t leaf, u32 flags)
{
    return (leaf & ~PTE_RIGHTS) | rights(flags);
}

pte_t pte_split(pte_t leaf, unsigned level, unsigned i)
{
    assert((leaf & PTE_LARGE) && level > 1 && i < PT_ENTRIES);
    pte_t part = leaf + i * pt_level_size(level - 1);
    return level == 2 ? part & ~PTE_LARGE : part;
}

bool pte_must_forget(pte_t before, pte_t after)
{
    u32 old = pte_flags(before), new = pte_flags(after);
    u32 lost = (old & ~new) & MAP_RIGHTS;
    return lost || ((old ^ new) & MAP_UNCACHED);
}
