/*
 * mm/kspace.h - the kernel's own page table, and its lock.
 *
 * All address spaces share its upper half, so every CPU may remember what is
 * in it.  These wrap mm/pagetable.h: they take the lock (RANK_KERNEL_MAP), and
 * when one returns every CPU has forgotten what is gone.
 *
 * Until kmap_init() has built the table they return -ENOSYS.
 */
#ifndef MM_KSPACE_H
#define MM_KSPACE_H

#include "core/spinlock.h"
#include "lib/compiler.h"
#include "lib/types.h"
#include "mm/pagetable.h"

extern struct page_table kspace_table; /* root 0: not built yet */
extern struct spinlock kspace_lock;    /* RANK_KERNEL_MAP */

/*
 * Use the table on this CPU and, as address spaces are made from it, on all.
 * First looks whether the kernel could go on at all: if its code, its data or
 * this stack would be out of reach, says so in the log, stays on the tables in
 * use, and returns -EFAULT.  Boot CPU, from kmap_init().
 */
int kspace_load(void) MUST_CHECK;

/* page_table_map() in the kernel's table. */
int kspace_map(vaddr_t va, paddr_t pa, u64 len, u32 flags) MUST_CHECK;

/* page_table_unmap(); frames that were mapped may be given away afterwards. */
int kspace_unmap(vaddr_t va, u64 len) MUST_CHECK;

/* page_table_query(). */
int kspace_query(vaddr_t va, struct mapping *found) MUST_CHECK;

#endif
