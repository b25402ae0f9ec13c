/*
 * arch/x86_64/pic.c - turn the two 8259 interrupt controllers off.
 *
 * Even masked they can raise a spurious interrupt 7 or 15; before they are
 * moved, that would look like an exception.
 *
 * Spec: Intel 8259A data sheet
 */
#include "arch/x86_64/pic.h"

#include "arch/x86_64/io.h"
#include "arch/x86_64/trap.h"

enum { MASTER = 0x20, SLAVE = 0xa0 }; /* command ports; data: + 1 */
enum { INIT = 0x11, MODE_8086 = 0x01, CASCADE_INPUT = 2, MASK_ALL = 0xff };

static void set_up(u16 port, u8 vector, u8 wiring)
{
    io_write8(port, INIT);
    io_write8(port + 1, vector);
    io_write8(port + 1, wiring);
    io_write8(port + 1, MODE_8086);
    io_write8(port + 1, MASK_ALL);
}

void pic_disable(void)
{
    set_up(MASTER, VECTOR_IRQ, 1 << CASCADE_INPUT);
    set_up(SLAVE, VECTOR_IRQ + 8, CASCADE_INPUT);
}
