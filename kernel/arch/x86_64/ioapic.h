/*
 * arch/x86_64/ioapic.h - which CPU and vector a device's interrupt goes to.
 */
#ifndef ARCH_IOAPIC_H
#define ARCH_IOAPIC_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Mask all inputs of all I/O APICs that ACPI names.  Boot CPU, once. */
void ioapic_init(void);

/* Send ISA interrupt `irq` (0-15) to the boot CPU as `vector`, unmasked, with
 * the wiring that ACPI says.  -ENODEV if no I/O APIC has that input. */
int ioapic_route(unsigned irq, u8 vector) MUST_CHECK;

#endif
