/*
 * arch/x86_64/uart.h - the first serial port (COM1), 115200 8N1, polled.
 *
 * Spec: National PC16550D data sheet.
 */
#ifndef ARCH_UART_H
#define ARCH_UART_H

#include "lib/types.h"

/* Set the port up; false if there is none.  Boot CPU, once. */
bool uart_init(void);

/* Send one byte, waiting until the port takes it: none is ever lost.  A no-op
 * without a port.  Any context; the caller keeps CPUs from mixing bytes. */
void uart_write(u8 byte);

#endif
