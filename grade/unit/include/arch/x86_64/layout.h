/*
 * The host's stand-in for kernel/arch/x86_64/layout.h: "physical memory" is
 * whatever a test puts at host_direct_base (host_ram_create() in unit.h).
 * The constants, of which only the page-table tests have any use, are true.
 */
#ifndef UNIT_ARCH_LAYOUT_H
#define UNIT_ARCH_LAYOUT_H

#include "lib/types.h"

/* Where physical address 0 lies in this process. */
extern uintptr_t host_direct_base;

#define phys_to_virt  real_phys_to_virt
#define virt_to_phys  real_virt_to_phys
#define image_to_phys real_image_to_phys
#include_next "arch/x86_64/layout.h"
#undef phys_to_virt
#undef virt_to_phys
#undef image_to_phys

static inline void *phys_to_virt(paddr_t pa)
{
    return (void *)(host_direct_base + pa);
}

static inline paddr_t virt_to_phys(const void *va)
{
    return (paddr_t)(uintptr_t)va - host_direct_base;
}

/* On the host the image is not in the simulated memory: an opaque number. */
static inline paddr_t image_to_phys(const void *va)
{
    return (paddr_t)(uintptr_t)va;
}

#endif
