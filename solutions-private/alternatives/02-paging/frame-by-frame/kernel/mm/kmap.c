/*
 * mm/kmap.c - what the kernel's half of the address space maps.
 *
 * The tables that the kernel boots on map everything writable and executable.
 * These follow the linker script instead: each part of the image gets what it
 * needs and no more.
 *
 * Invariants  nothing is writable and executable, at one address or at two
 * Tests       kernel/test/kmap.c, grade/labs/02-paging/check_kmap.py
 */
#include "mm/kmap.h"

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmio.h"
#include "lib/printk.h"
#include "mm/kspace.h"
#include "mm/tlb.h"

static int map_image_part(const char *start, const char *end, u32 flags)
{
    return page_table_map(&kspace_table, (vaddr_t)start, image_to_phys(start),
                          (u64)(end - start), flags);
}

/* All of it as variables, then less where less will do. */
static int map_image(void)
{
    struct tlb_batch batch;
    tlb_batch_begin(&batch, &kspace_table.cpus);
    int err = map_image_part(text_start, image_end, MAP_WRITE);
    if (!err)
        err =
            page_table_protect(&kspace_table, (vaddr_t)text_start,
                               (u64)(text_end - text_start), MAP_EXEC, &batch);
    if (!err)
        err = page_table_protect(&kspace_table, (vaddr_t)rodata_start,
                                 (u64)(rodata_end - rodata_start), MAP_READ,
                                 &batch);
    if (!err)
        err = page_table_unmap(&kspace_table, (vaddr_t)boot_stack_guard,
                               PAGE_SIZE, &batch);
    tlb_batch_finish(&batch);
    return err;
}

static int map_direct(paddr_t base, u64 len, u32 flags)
{
    return page_table_map(&kspace_table, (vaddr_t)phys_to_virt(base), base, len,
                          flags);
}

/* Neighbouring regions are mapped as one, for larger pages. */
static int map_ram(void)
{
    const struct boot_region *regions = boot_info.regions;
    for (size_t i = 0, next; i < boot_info.n_regions; i = next) {
        next = i + 1;
        if (regions[i].type == REGION_RESERVED)
            continue;
        paddr_t end = regions[i].base + regions[i].len;
        for (; next < boot_info.n_regions && regions[next].base == end &&
               regions[next].type != REGION_RESERVED;
             next++)
            end += regions[next].len;
        int err = map_direct(regions[i].base, end - regions[i].base, MAP_WRITE);
        if (err)
            return err;
    }
    return 0;
}

static int map_registers(void)
{
    for (size_t i = 0; i < n_mmio_ranges; i++) {
        int err = map_direct(mmio_ranges[i].base, mmio_ranges[i].len,
                             MAP_WRITE | MAP_UNCACHED);
        if (err && err != -EEXIST) /* two devices may share a page */
            return err;
    }
    return 0;
}

/* Or else code could be rewritten through the direct map. */
static int protect_code_in_direct_map(void)
{
    struct tlb_batch batch;
    tlb_batch_begin(&batch, &kspace_table.cpus);
    vaddr_t start = (vaddr_t)phys_to_virt(image_to_phys(text_start));
    int err = page_table_protect(
        &kspace_table, start, (u64)(rodata_end - text_start), MAP_READ, &batch);
    tlb_batch_finish(&batch);
    return err;
}

static int build(void)
{
    int err = map_image();
    if (!err)
        err = map_ram();
    if (!err)
        err = map_registers();
    if (!err)
        err = protect_code_in_direct_map();
    if (!err)
        err = page_table_prepare(&kspace_table, KVA_BASE, KVA_SIZE);
    return err;
}

void kmap_init(void)
{
    int err = page_table_create(&kspace_table, NULL);
    if (err) {
        printk(LOG_ERROR, "kmap: no page table (error %d)", err);
        return;
    }
    err = build();
    if (!err)
        err = kspace_load();
    if (err) {
        printk(LOG_ERROR, "kmap: error %d, staying on the boot's tables", err);
        page_table_destroy(&kspace_table);
        return;
    }
    printk(LOG_INFO, "kmap: %zu page tables", kspace_table.n_tables);
}
