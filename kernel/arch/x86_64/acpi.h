/*
 * arch/x86_64/acpi.h - what the firmware's tables say about this machine.
 *
 * Only what the kernel uses: CPUs, interrupt controllers, a timer.  The tables
 * come from outside: each length and checksum is checked, and whatever is
 * wrong is treated as absent.  Spec: ACPI 6.4, sections 5.2.5 to 5.2.12.
 */
#ifndef ARCH_ACPI_H
#define ARCH_ACPI_H

#include "arch/x86_64/phys.h"
#include "lib/compiler.h"
#include "lib/config.h"
#include "lib/types.h"

enum { ACPI_IOAPIC_MAX = 8, ACPI_ISA_IRQS = 16 };

struct acpi_ioapic {
    paddr_t base;
    u32 first_gsi; /* number of its first input among all inputs */
};

/* How an ISA interrupt is wired, where that is not the usual way. */
struct acpi_isa_irq {
    u32 gsi;
    bool is_active_low;
    bool is_level;
};

struct acpi_info {
    paddr_t lapic_base;     /* 0 if there was no MADT */
    size_t n_cpus;          /* that can be used; 0 if there was no MADT */
    u32 apic_ids[MAX_CPUS]; /* all different */
    size_t n_ioapics;
    struct acpi_ioapic ioapics[ACPI_IOAPIC_MAX];
    struct acpi_isa_irq isa_irqs[ACPI_ISA_IRQS];
    u16 timer_port; /* of the 3.58 MHz power management timer, or 0 */
    u32 timer_mask; /* 24 or 32 bits */
};

extern struct acpi_info acpi_info; /* [I] after acpi_init() */

/* Read the tables of this machine into acpi_info.  Boot CPU, once. */
void acpi_init(void);

/*
 * Read the tables behind the RSDP at `rsdp` into *info, which is filled with
 * the defaults of a machine without ACPI first.  Pure.  -ENOENT if the root
 * tables are missing or damaged.
 */
int acpi_parse(struct acpi_info *info, phys_view *view, paddr_t rsdp)
    MUST_CHECK;

#endif
