/*
 * arch/x86_64/multiboot2.h - what GRUB tells, on BIOS and on UEFI.
 */
#ifndef ARCH_MULTIBOOT2_H
#define ARCH_MULTIBOOT2_H

#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/phys.h"

#define MULTIBOOT2_LOADER_MAGIC 0x36d76289u

/*
 * Fill *info from the tags at `start`.  Pure; everything it reads is checked.
 * The tags hold a copy of the RSDP: their pages become REGION_KERNEL.  -EINVAL
 * if a tag is malformed or there is no memory map, -ENOSPC if it does not fit.
 */
int multiboot2_parse(struct boot_info *info, phys_view *view, paddr_t start)
    MUST_CHECK;

#endif
