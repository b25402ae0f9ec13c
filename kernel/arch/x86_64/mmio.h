/*
 * arch/x86_64/mmio.h - the device registers that this floor itself uses.
 *
 * The local APIC and the I/O APICs are reached through the direct map.  They
 * are no RAM, so whoever builds a direct map of RAM (mm/kmap.c) must also map
 * these ranges there, uncached.
 */
#ifndef ARCH_MMIO_H
#define ARCH_MMIO_H

#include "lib/types.h"

enum { MMIO_RANGE_MAX = 16 };

struct mmio_range {
    paddr_t base; /* both whole pages */
    u64 len;
};

/* [I] from kmap_init() on */
extern struct mmio_range mmio_ranges[MMIO_RANGE_MAX];
extern size_t n_mmio_ranges;

/* Where the registers at `pa` are in the direct map; adds a range.  Boot CPU,
 * before kmap_init(). */
volatile void *mmio_claim(paddr_t pa, u64 len);

/* A 32-bit register, read and written whole. */
static inline u32 mmio_read(volatile void *base, u32 offset)
{
    return *(volatile u32 *)((volatile char *)base + offset);
}

static inline void mmio_write(volatile void *base, u32 offset, u32 value)
{
    *(volatile u32 *)((volatile char *)base + offset) = value;
}

#endif
