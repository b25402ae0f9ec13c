/*
 * arch/x86_64/image.h - where the parts of the kernel's image begin and end.
 *
 * The linker script (kernel.ld) defines these; every boundary is page-aligned.
 * All but image_start are addresses in the image's high mapping, so take the
 * address of them, never their value:
 *
 *     image_start  .. text_start    boot code (runs at its physical address)
 *     text_start   .. text_end      code
 *     rodata_start .. rodata_end    constants, tests, symbol table
 *     data_start   .. image_end     variables, zeroed memory, the boot stack
 */
#ifndef ARCH_IMAGE_H
#define ARCH_IMAGE_H

#include "lib/types.h"

extern const char image_start[], text_start[], text_end[];
extern const char rodata_start[], rodata_end[];
extern char data_start[], data_end[], bss_start[], image_end[];

/* The stack that the boot CPU starts on; below it lies one unused page, so
 * that kmap can leave it out. */
extern char boot_stack_guard[], boot_stack_bottom[], boot_stack_top[];

/* The top table that boot.asm builds: image, first 4 GiB of direct map. */
extern u64 boot_pml4[512];

#endif
