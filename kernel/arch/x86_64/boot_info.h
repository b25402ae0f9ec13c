/*
 * arch/x86_64/boot_info.h - what the boot loader said, whichever it was.
 *
 * Filled once by arch_start() from Multiboot2 (GRUB on BIOS and UEFI) or PVH
 * (QEMU -kernel), copied out of the loader's memory, immutable afterwards.
 * Regions are sorted by address and never overlap; RAM regions are clipped to
 * whole pages.  Addresses are physical, lengths in bytes.
 */
#ifndef ARCH_BOOT_INFO_H
#define ARCH_BOOT_INFO_H

#include "lib/compiler.h"
#include "lib/types.h"

enum {
    BOOT_REGION_MAX = 128,
    BOOT_MODULE_MAX = 8,
    BOOT_CMDLINE_MAX = 1024, /* bytes, with the terminating zero */
};

enum boot_region_type {
    REGION_RAM,      /* free for the kernel */
    REGION_KERNEL,   /* the image, modules and early tables: RAM, in use */
    REGION_ACPI,     /* RAM that holds ACPI tables */
    REGION_RESERVED, /* anything else that the loader listed */
};

struct boot_region {
    paddr_t base;
    u64 len;
    enum boot_region_type type;
};

struct boot_module {
    paddr_t base;
    u64 len;
    char cmdline[64];
};

enum screen_type { SCREEN_NONE, SCREEN_TEXT, SCREEN_RGB };

struct boot_screen {
    enum screen_type type;
    paddr_t base;
    u32 pitch;         /* bytes from one row to the next */
    u32 width, height; /* pixels; characters when SCREEN_TEXT */
    u8 bits_per_pixel; /* 16, 24 or 32; of SCREEN_RGB only */
    u8 red_shift, green_shift, blue_shift;
};

struct boot_info {
    const char *loader; /* "pvh" or "multiboot2" */
    char cmdline[BOOT_CMDLINE_MAX];
    paddr_t rsdp;     /* 0 if the loader did not say */
    paddr_t low_page; /* one page below 1 MiB to start other CPUs at, or 0 */
    struct boot_screen screen;
    size_t n_regions;
    struct boot_region regions[BOOT_REGION_MAX];
    size_t n_modules;
    struct boot_module modules[BOOT_MODULE_MAX];
};

extern struct boot_info boot_info;

/*
 * Add a region.  Keeps the list sorted; where regions overlap, the type with
 * the larger number wins.  Returns -ENOSPC, changing nothing, when it is full.
 */
int boot_info_add_region(struct boot_info *info, paddr_t base, u64 len,
                         enum boot_region_type type) MUST_CHECK;

/*
 * Add a module and its region; its cmdline is empty.  NULL if either list is
 * full.
 */
struct boot_module *boot_info_add_module(struct boot_info *info, paddr_t base,
                                         u64 len) MUST_CHECK;

/* Whether the screen's numbers fit together, so that drawing inside of width
 * and height stays inside of pitch * height bytes. */
bool boot_info_check_screen(const struct boot_screen *screen);

/*
 * Take `len` bytes (rounded up to pages) of RAM, page-aligned, below `limit`,
 * for tables needed before the frame allocator stands; they become
 * REGION_KERNEL.  Returns 0 if there is no such RAM.  Boot CPU only, before
 * page_init().
 */
paddr_t boot_info_take(struct boot_info *info, u64 len, paddr_t limit);

/* One past the last byte of RAM of any kind. */
paddr_t boot_info_ram_end(const struct boot_info *info);

#endif
