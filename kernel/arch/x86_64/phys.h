/*
 * arch/x86_64/phys.h - how parsers of firmware tables read physical memory.
 *
 * The parsers are pure: the kernel gives them direct_map_view(), host tests a
 * view of a few buffers.
 */
#ifndef ARCH_PHYS_H
#define ARCH_PHYS_H

#include "lib/types.h"

/* The `len` bytes at `pa`, or NULL if they can't all be read. */
typedef const void *phys_view(paddr_t pa, u64 len);

#endif
