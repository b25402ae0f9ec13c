/*
 * arch/x86_64/loader.h - whichever boot loader it was, read what it said.
 */
#ifndef ARCH_LOADER_H
#define ARCH_LOADER_H

#include "lib/types.h"

/* Fill boot_info from the information at `info`; `magic` says whose it is.
 * Reserves the kernel's image.  Panics if it can't be.  Boot CPU, once. */
void loader_read(u32 magic, paddr_t info);

#endif
