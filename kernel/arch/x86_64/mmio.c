/*
 * arch/x86_64/mmio.c - the list of device registers in the direct map.
 */
#include "arch/x86_64/mmio.h"

#include "arch/x86_64/layout.h"
#include "lib/bits.h"
#include "lib/panic.h"

struct mmio_range mmio_ranges[MMIO_RANGE_MAX];
size_t n_mmio_ranges;

volatile void *mmio_claim(paddr_t pa, u64 len)
{
    assert(n_mmio_ranges < MMIO_RANGE_MAX);
    assert(pa + len <= (u64)4 << 30); /* what boot.asm mapped */
    paddr_t base = align_down(pa, PAGE_SIZE);
    mmio_ranges[n_mmio_ranges++] = (struct mmio_range){
        .base = base,
        .len = align_up(pa + len, PAGE_SIZE) - base,
    };
    return phys_to_virt(pa);
}
