/*
 * mm/kmap_mmio.c - addresses for device registers.
 *
 * Registers are no RAM, so the direct map has not got them; and a CPU must not
 * cache them, since a device changes them by itself.
 *
 * Locks  none of its own; those of kva and kspace
 * Tests  kernel/test/kmap.c
 */
#include "arch/x86_64/layout.h"
#include "lib/bits.h"
#include "lib/panic.h"
#include "mm/kmap.h"
#include "mm/kspace.h"
#include "mm/kva.h"

void *kmap_mmio(paddr_t pa, u64 len)
{
    u64 offset = pa & (PAGE_SIZE - 1);
    u64 padded;
    if (len == 0 ||
        __builtin_add_overflow(len, offset + PAGE_SIZE - 1, &padded))
        return NULL;
    padded = align_down(padded, PAGE_SIZE);
    if (padded > KVA_SIZE)
        return NULL;
    vaddr_t va = kva_alloc(padded);
    if (!va)
        return NULL;
    if (kspace_map(va, pa - offset, padded, MAP_WRITE | MAP_UNCACHED)) {
        kva_free(va);
        return NULL;
    }
    return (void *)(va + offset);
}

void kmap_unmap(void *addr)
{
    vaddr_t va = align_down((vaddr_t)addr, PAGE_SIZE);
    u64 len = kva_find_len(va);
    assert(len > 0); /* else: not what kmap_mmio() returned */
    int err = kspace_unmap(va, len);
    if (err)
        panic("kmap: cannot unmap %p (error %d)", addr, err);
    kva_free(va);
}
