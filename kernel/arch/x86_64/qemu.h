/*
 * arch/x86_64/qemu.h - the three ports through which QEMU grades a kernel.
 *
 * Without the device a write goes nowhere, so none of these needs a check.
 */
#ifndef ARCH_QEMU_H
#define ARCH_QEMU_H

#include "lib/types.h"

/* One byte to the debug console (-debugcon). */
void qemu_debug_write(u8 byte);

/* End QEMU with status code * 2 + 1 (-device isa-debug-exit,iobase=0x501,
 * iosize=1).  Returns if there is no such device. */
void qemu_exit(u8 code);

/* Stand still until the host says go on (-device pvpanic with -action
 * panic=pause).  Returns at once if there is no such device. */
void qemu_pause(void);

#endif
