/*
 * arch/x86_64/layout.h - the kernel's half of the address space.
 *
 *   0xffff800000000000  DIRECT_BASE   all RAM, at DIRECT_BASE + physical
 *   0xffffc00000000000  KVA_BASE      kmap: guarded stacks, MMIO
 *   0xffffffff80000000  IMAGE_BASE    the kernel's image, + physical
 *
 * Below 0x0000800000000000 lies user space.  Host unit tests replace this file
 * by grade/unit/include/arch/x86_64/layout.h.
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#include "lib/types.h"

#define DIRECT_BASE 0xffff800000000000u
#define DIRECT_SIZE 0x0000400000000000u
#define KVA_BASE    0xffffc00000000000u
#define KVA_SIZE    0x0000010000000000u
#define IMAGE_BASE  0xffffffff80000000u

/* The kernel's own address of a frame's bytes; RAM only, see kmap_mmio(). */
static inline void *phys_to_virt(paddr_t pa)
{
    return (void *)(DIRECT_BASE + pa);
}

/* The inverse, for pointers that came from phys_to_virt(). */
static inline paddr_t virt_to_phys(const void *va)
{
    return (paddr_t)va - DIRECT_BASE;
}

/* The physical address of something inside the kernel's image. */
static inline paddr_t image_to_phys(const void *va)
{
    return (paddr_t)va - IMAGE_BASE;
}

#endif
