/*
 * arch/x86_64/ioapic.c - the I/O APICs' redirection tables.
 *
 * All inputs of all I/O APICs are numbered through: "global system interrupts".
 * ISA interrupt n is input n, unless ACPI overrides it.
 *
 * Locks       none: set up by the boot CPU, before other CPUs start
 * Spec        Intel 82093AA data sheet
 */
#include "arch/x86_64/ioapic.h"

#include "abi/errno.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmio.h"
#include "arch/x86_64/trap.h"
#include "lib/panic.h"

enum {
    PORT_SELECT = 0x00, /* write which register, */
    PORT_WINDOW = 0x10, /* then read or write it */
    PORTS_LEN = 0x20,
    REG_VERSION = 0x01,
    REG_TABLE = 0x10, /* two registers an input */
    LOW_ACTIVE_LOW = 1 << 13,
    LOW_LEVEL = 1 << 15,
    LOW_MASKED = 1 << 16,
};

struct ioapic {
    volatile void *ports;
    u32 first_gsi, n_inputs;
};

static struct ioapic ioapics[ACPI_IOAPIC_MAX]; /* [I] after ioapic_init() */
static_assert(ACPI_IOAPIC_MAX + 2 <= MMIO_RANGE_MAX,
              "beside them: a screen and the local APIC");

static u32 reg_read(const struct ioapic *io, u32 reg)
{
    mmio_write(io->ports, PORT_SELECT, reg);
    return mmio_read(io->ports, PORT_WINDOW);
}

static void reg_write(const struct ioapic *io, u32 reg, u32 value)
{
    mmio_write(io->ports, PORT_SELECT, reg);
    mmio_write(io->ports, PORT_WINDOW, value);
}

static void init_one(struct ioapic *io, const struct acpi_ioapic *acpi)
{
    io->ports = mmio_claim(acpi->base, PORTS_LEN);
    io->first_gsi = acpi->first_gsi;
    io->n_inputs = (reg_read(io, REG_VERSION) >> 16 & 0xff) + 1;
    for (u32 i = 0; i < io->n_inputs; i++)
        reg_write(io, REG_TABLE + 2 * i, LOW_MASKED);
}

void ioapic_init(void)
{
    assert(acpi_info.n_ioapics <= ACPI_IOAPIC_MAX);
    for (size_t i = 0; i < acpi_info.n_ioapics; i++)
        init_one(&ioapics[i], &acpi_info.ioapics[i]);
}

static const struct ioapic *find(u32 gsi)
{
    for (size_t i = 0; i < acpi_info.n_ioapics; i++) {
        const struct ioapic *io = &ioapics[i];
        if (gsi >= io->first_gsi && gsi - io->first_gsi < io->n_inputs)
            return io;
    }
    return NULL;
}

int ioapic_route(unsigned irq, u8 vector)
{
    assert(irq < ACPI_ISA_IRQS);
    assert(vector >= VECTOR_IRQ);
    const struct acpi_isa_irq *isa = &acpi_info.isa_irqs[irq];
    const struct ioapic *io = find(isa->gsi);
    if (!io)
        return -ENODEV;
    u32 low = vector;
    if (isa->is_active_low)
        low |= LOW_ACTIVE_LOW;
    if (isa->is_level)
        low |= LOW_LEVEL;
    u32 reg = REG_TABLE + 2 * (isa->gsi - io->first_gsi);
    reg_write(io, reg + 1, cpus[0].apic_id << 24);
    reg_write(io, reg, low); /* last: it unmasks */
    return 0;
}
