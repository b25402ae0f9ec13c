/*
 * arch/x86_64/lapic.h - this CPU's interrupt controller and timer.
 *
 * All calls act on the local APIC of the CPU they run on.
 */
#ifndef ARCH_LAPIC_H
#define ARCH_LAPIC_H

#include "lib/types.h"

/* Find and enable the boot CPU's local APIC and measure its timer's speed;
 * after clock_init().  Masks the legacy interrupt controllers. */
void lapic_init(void);

/* Enable this secondary CPU's. */
void lapic_init_secondary(void);

/* The id under which other CPUs send to this one. */
u32 lapic_id(void);

/* Acknowledge the interrupt in service.  trap.c does it for all handlers. */
void lapic_ack(void);

/* Fire VECTOR_TIMER once, `delay_ns` from now (at least one timer step);
 * replaces what was set before.  Delays beyond 2 s are cut to that. */
void lapic_timer_set(u64 delay_ns);

/* Never mind. */
void lapic_timer_stop(void);

/* Interrupt one CPU, by its cpu->apic_id.  Interrupts off. */
void lapic_send(u32 apic_id, u8 vector);

/* Interrupt one CPU even if its interrupts are off, for panic().  Interrupts
 * off. */
void lapic_send_nmi(u32 apic_id);

/* Reset a CPU; let it begin at a page below 1 MiB.  For smp.c. */
void lapic_send_init(u32 apic_id);
void lapic_send_startup(u32 apic_id, paddr_t page);

#endif
