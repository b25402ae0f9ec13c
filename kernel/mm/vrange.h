/*
 * mm/vrange.h - ranges of virtual addresses.
 *
 * A range is a start and a length, never a start and an end: one that reaches
 * the very top of the address space has no end address.
 */
#ifndef MM_VRANGE_H
#define MM_VRANGE_H

#include "arch/x86_64/mmu.h"
#include "lib/bits.h"
#include "lib/types.h"

/* Whether `va` is in the kernel's half of the address space. */
static inline bool va_is_kernel(vaddr_t va)
{
    return va >> 63;
}

/* Whether bits 63 to 47 are all the same: the CPU takes no other address. */
static inline bool va_is_canonical(vaddr_t va)
{
    return va >> 47 == 0 || va >> 47 == (1 << 17) - 1;
}

/* Whether [va, va + len) is whole pages, not empty, all in one half. */
static inline bool va_range_is_valid(vaddr_t va, u64 len)
{
    vaddr_t last = va + len - 1;
    return len > 0 && is_aligned(va | len, PAGE_SIZE) && last > va &&
           va_is_canonical(va) && va_is_canonical(last) &&
           va_is_kernel(va) == va_is_kernel(last);
}

/* Bytes from `va` to the end of what its entry at `level` covers. */
static inline u64 va_bytes_left(vaddr_t va, unsigned level)
{
    u64 size = pt_level_size(level);
    return size - (va & (size - 1));
}

#endif
