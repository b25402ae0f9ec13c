/*
 * arch/x86_64/pvh.h - what QEMU's -kernel tells through the PVH door.
 */
#ifndef ARCH_PVH_H
#define ARCH_PVH_H

#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/phys.h"

#define PVH_MAGIC 0x336ec578u

/*
 * Fill *info from the start information at `start`.  Pure; everything it reads
 * is checked.  -EINVAL if this is no start information or has no memory map,
 * -ENOSPC if the map does not fit.
 */
int pvh_parse(struct boot_info *info, phys_view *view, paddr_t start)
    MUST_CHECK;

#endif
