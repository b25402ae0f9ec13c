/*
 * arch/x86_64/qemu.c - the three ports through which QEMU grades a kernel.
 */
#include "arch/x86_64/qemu.h"

#include "arch/x86_64/io.h"

enum { PORT_DEBUG = 0xe9, PORT_EXIT = 0x501, PORT_PVPANIC = 0x505 };
enum { PVPANIC_PANICKED = 1 };

void qemu_debug_write(u8 byte)
{
    io_write8(PORT_DEBUG, byte);
}

void qemu_exit(u8 code)
{
    io_write8(PORT_EXIT, code);
}

void qemu_pause(void)
{
    io_write8(PORT_PVPANIC, PVPANIC_PANICKED);
}
