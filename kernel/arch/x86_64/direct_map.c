/*
 * arch/x86_64/direct_map.c - all RAM at DIRECT_BASE, in boot.asm's tables.
 *
 * Writable and executable, with the largest pages the CPU has: good enough to
 * boot on.  mm/kmap.c replaces it by one with proper rights.  RAM is mapped by
 * whole GiB, so holes in it are mapped as well; nobody touches them.
 *
 * Invariants  tables come from below 4 GiB, where boot.asm's map reaches
 */
#include "arch/x86_64/direct_map.h"

#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/cpu_features.h"
#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmu.h"
#include "lib/bits.h"
#include "lib/panic.h"
#include "lib/string.h"

#define GIB      ((u64)1 << 30)
#define BOOT_END (4 * GIB) /* what boot.asm mapped */

static paddr_t direct_map_end = BOOT_END;

/* The table that `entry` points at; a new, empty one if there is none. */
static pte_t *table_below(pte_t *entry)
{
    if (!(*entry & PTE_PRESENT)) {
        paddr_t table = boot_info_take(&boot_info, PAGE_SIZE, BOOT_END);
        if (!table)
            panic("direct map: no memory for page tables");
        memset(phys_to_virt(table), 0, PAGE_SIZE);
        *entry = table | PTE_PRESENT | PTE_WRITE;
    }
    return phys_to_virt(*entry & PTE_ADDR);
}

static void map_gib(paddr_t pa)
{
    vaddr_t va = (vaddr_t)phys_to_virt(pa);
    pte_t *pdpt = table_below(&boot_pml4[pt_index(va, 4)]);
    pte_t *entry = &pdpt[pt_index(va, 3)];
    pte_t flags = PTE_PRESENT | PTE_WRITE | PTE_LARGE;
    if (cpu_features.has_gib_pages) {
        *entry = pa | flags;
        return;
    }
    pte_t *pd = table_below(entry);
    for (unsigned i = 0; i < PT_ENTRIES; i++)
        pd[i] = (pa + i * pt_level_size(2)) | flags;
}

/* Whether the GiB around `pa` is one to be mapped: boot.asm's, or with RAM. */
static bool is_mapped(paddr_t pa)
{
    paddr_t base = align_down(pa, GIB);
    if (base < BOOT_END)
        return true;
    for (size_t i = 0; i < boot_info.n_regions; i++) {
        const struct boot_region *r = &boot_info.regions[i];
        if (r->type != REGION_RESERVED && r->base < base + GIB &&
            r->base + r->len > base)
            return true;
    }
    return false;
}

void direct_map_init(void)
{
    paddr_t end = boot_info_ram_end(&boot_info);
    if (end > DIRECT_SIZE)
        panic("direct map: RAM ends at %#lx, beyond the map", end);
    for (paddr_t pa = BOOT_END; pa < end; pa += GIB)
        if (is_mapped(pa))
            map_gib(pa);
    if (end > BOOT_END)
        direct_map_end = end;
    direct_map_hide_low();
}

const void *direct_map_view(paddr_t pa, u64 len)
{
    if (pa >= direct_map_end || len > direct_map_end - pa)
        return NULL;
    for (paddr_t gib = align_down(pa, GIB); gib < pa + len; gib += GIB)
        if (!is_mapped(gib))
            return NULL;
    return phys_to_virt(pa);
}

void direct_map_show_low(void)
{
    boot_pml4[0] = boot_pml4[pt_index(DIRECT_BASE, 4)];
}

void direct_map_hide_low(void)
{
    boot_pml4[0] = 0;
    mmu_load(mmu_root());
}
