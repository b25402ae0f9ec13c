/*
 * mm/kva.h - who has which addresses of the kernel's map area.
 *
 * From KVA_BASE on, KVA_SIZE bytes of addresses are handed out in ranges of
 * whole pages.  Only addresses: what is mapped there is the owner's business.
 * Takes RANK_KERNEL_MAP; never sleeps.
 */
#ifndef MM_KVA_H
#define MM_KVA_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Reserve `len` bytes, a multiple of PAGE_SIZE.  The start of the range, or 0
 * without memory or room. */
vaddr_t kva_alloc(u64 len) MUST_CHECK;

/* The length of the range that starts at `va`; 0 if none does. */
u64 kva_find_len(vaddr_t va);

/* Give back the range that starts at `va`; nothing may be mapped there. */
void kva_free(vaddr_t va);

/* How many ranges are in use. */
size_t kva_count(void);

#endif
