/*
 * mm/kmap.h - what the kernel's half of the address space maps.
 *
 *     DIRECT_BASE + pa   all RAM: writable, never executable - but the frames
 *                        of the kernel's code and constants only readable
 *                        and the registers in mmio_ranges: uncached
 *     KVA_BASE ...       what kmap_mmio() and kstack_alloc() put there
 *     IMAGE_BASE + pa    code:       readable, executable
 *                        constants:  readable
 *                        variables:  readable, writable; the page below the
 *                        boot stack is not mapped
 *
 * Nothing is both writable and executable, and no frame is writable at one
 * address and executable at another.  Nothing else is mapped; the lower half
 * is empty.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * Build kspace_table as drawn above, with the largest pages that fit, and load
 * it.  Top entries for all of the KVA area are there from the start (address
 * spaces copy them).  Without memory: says so in the log, and the kernel stays
 * on the tables it booted with.  Boot CPU, once, after kmalloc_init().
 */
void kmap_init(void);

/*
 * Map the device registers at [pa, pa + len), at any alignment: uncached,
 * writable, not executable.  The address of `pa`'s byte, or NULL without
 * memory, when len is 0, or when the range wraps around or reaches beyond
 * PTE_ADDR; nothing is reserved or mapped then.
 */
void *kmap_mmio(paddr_t pa, u64 len) MUST_CHECK;

/* Undo one kmap_mmio(), by the pointer it returned.  No CPU can reach the
 * registers through it afterwards, and its addresses may be used again. */
void kmap_unmap(void *addr);

#endif
