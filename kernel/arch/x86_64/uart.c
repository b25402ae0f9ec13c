/*
 * arch/x86_64/uart.c - a serial port, one byte at a time.
 *
 * Each byte waits for the transmitter to be empty: that is what makes a line
 * arrive whole, however slow the other side is.
 *
 * Spec: National PC16550D data sheet, section 8.
 */
#include "arch/x86_64/uart.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"

enum {
    COM1 = 0x3f8,
    DATA = COM1 + 0,       /* the divisor's low byte while LCR_DIVISOR is set */
    INTERRUPTS = COM1 + 1, /* its high byte, likewise */
    FIFO_CONTROL = COM1 + 2,
    LINE_CONTROL = COM1 + 3,
    MODEM_CONTROL = COM1 + 4,
    LINE_STATUS = COM1 + 5,
    SCRATCH = COM1 + 7, /* does nothing; tells whether there is a port */

    LCR_8N1 = 0x03,
    LCR_DIVISOR = 0x80,
    DIVISOR_115200 = 1,
    FCR_ENABLE_CLEAR = 0x07, /* interrupt on each byte, not on the 14th */
    MCR_READY = 0x0b,        /* DTR, RTS, and OUT2, which gates interrupts */
    LSR_CAN_SEND = 1 << 5,
};

static bool is_present;

bool uart_init(void)
{
    io_write8(SCRATCH, 0x5a);
    is_present = io_read8(SCRATCH) == 0x5a;
    if (!is_present)
        return false;
    io_write8(INTERRUPTS, 0);
    io_write8(LINE_CONTROL, LCR_8N1 | LCR_DIVISOR);
    io_write8(DATA, DIVISOR_115200);
    io_write8(INTERRUPTS, 0);
    io_write8(LINE_CONTROL, LCR_8N1);
    io_write8(FIFO_CONTROL, FCR_ENABLE_CLEAR);
    io_write8(MODEM_CONTROL, MCR_READY);
    return true;
}

void uart_write(u8 byte)
{
    if (!is_present)
        return;
    while (!(io_read8(LINE_STATUS) & LSR_CAN_SEND))
        cpu_relax();
    io_write8(DATA, byte);
}
