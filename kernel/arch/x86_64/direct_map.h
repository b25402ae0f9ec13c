/*
 * arch/x86_64/direct_map.h - all RAM at DIRECT_BASE, before anyone needs it.
 */
#ifndef ARCH_DIRECT_MAP_H
#define ARCH_DIRECT_MAP_H

#include "lib/types.h"

/* Map all RAM of boot_info (boot.asm mapped the first 4 GiB), and take away
 * the mapping of low addresses.  Boot CPU, once. */
void direct_map_init(void);

/* The `len` bytes at `pa` if the direct map has them, else NULL.  For what the
 * loader and the firmware left; before kmap_init(). */
const void *direct_map_view(paddr_t pa, u64 len);

/* Give low addresses back while other CPUs start there, or take them away.
 * Of boot.asm's tables only: no other tables ever have them. */
void direct_map_show_low(void);
void direct_map_hide_low(void);

#endif
