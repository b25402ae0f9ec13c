/*
 * arch/x86_64/lapic_regs.h - the local APIC's registers, for its two files.
 *
 * Every CPU sees its own APIC at the same address.  Spec: Intel SDM 3A, table
 * 10-1.
 */
#ifndef ARCH_LAPIC_REGS_H
#define ARCH_LAPIC_REGS_H

#include "arch/x86_64/mmio.h"

enum lapic_reg {
    LAPIC_ID = 0x20,
    LAPIC_PRIORITY = 0x80,
    LAPIC_EOI = 0xb0,
    LAPIC_SPURIOUS = 0xf0,
    LAPIC_COMMAND = 0x300,
    LAPIC_COMMAND_TARGET = 0x310,
    LAPIC_TIMER = 0x320,
    LAPIC_LINT0 = 0x350,
    LAPIC_LINT1 = 0x360,
    LAPIC_ERROR = 0x370,
    LAPIC_TIMER_START = 0x380,
    LAPIC_TIMER_NOW = 0x390,
    LAPIC_TIMER_DIVIDE = 0x3e0,
};

enum { LAPIC_MASKED = 1 << 16 }; /* of a source of interrupts */

extern volatile void *lapic_regs; /* [I] NULL before lapic_init() */

static inline u32 lapic_read(enum lapic_reg reg)
{
    return mmio_read(lapic_regs, reg);
}

static inline void lapic_write(enum lapic_reg reg, u32 value)
{
    mmio_write(lapic_regs, reg, value);
}

/* Measure the timer's speed; boot CPU, once. */
void lapic_timer_measure(void);

/* Prepare this CPU's timer, stopped. */
void lapic_timer_enable(void);

#endif
