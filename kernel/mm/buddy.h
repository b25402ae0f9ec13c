/*
 * mm/buddy.h - the fast page allocator: blocks of 2^k frames, split and merged.
 *
 * The kernel's own, unless pmm=linear says otherwise.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include "mm/zone.h"

/* Keeps the contract of mm/zone.h in PAGE_ORDER_MAX steps at most, however
 * large the zone is. */
extern const struct zone_ops buddy_ops;

#endif
