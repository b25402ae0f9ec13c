/*
 * arch/x86_64/e820.h - memory types, as all boot protocols number them.
 */
#ifndef ARCH_E820_H
#define ARCH_E820_H

#include "arch/x86_64/boot_info.h"

/* Types unknown to us (firmware has up to 20) are nothing to touch. */
static inline enum boot_region_type e820_region_type(u32 type)
{
    switch (type) {
    case 1:
        return REGION_RAM;
    case 3:
        return REGION_ACPI;
    default:
        return REGION_RESERVED;
    }
}

#endif
