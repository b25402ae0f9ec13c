/*
 * arch/x86_64/lapic.c - the local APIC: accept interrupts, and send them.
 *
 * Spec: Intel SDM 3A, chapter 10
 */
#include "arch/x86_64/lapic.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/lapic_regs.h"
#include "arch/x86_64/pic.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/upcall.h"
#include "lib/panic.h"

enum { SPURIOUS_ENABLE = 1 << 8 };

/* What the command register's lower half says. */
enum command {
    COMMAND_FIXED = 0 << 8,
    COMMAND_NMI = 4 << 8,
    COMMAND_INIT = 5 << 8,
    COMMAND_STARTUP = 6 << 8,
    COMMAND_PENDING = 1 << 12,
    COMMAND_ASSERT = 1 << 14,
};

#define MSR_APIC_BASE 0x1bu
#define APIC_ENABLE   ((u64)1 << 11)
#define APIC_X2       ((u64)1 << 10)
#define APIC_ADDRESS  0x000ffffffffff000u

volatile void *lapic_regs;

/* Accept interrupts, none of them from the legacy pins. */
static void enable(void)
{
    lapic_write(LAPIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    lapic_write(LAPIC_PRIORITY, 0);
    lapic_write(LAPIC_LINT0, LAPIC_MASKED);
    lapic_write(LAPIC_LINT1, LAPIC_MASKED);
    lapic_write(LAPIC_ERROR, LAPIC_MASKED);
    lapic_timer_enable();
    this_cpu()->apic_id = lapic_id();
}

void lapic_init(void)
{
    pic_disable();
    u64 base = msr_read(MSR_APIC_BASE);
    if (base & APIC_X2)
        panic("lapic: firmware left it in x2APIC mode");
    msr_write(MSR_APIC_BASE, base | APIC_ENABLE);
    lapic_regs = mmio_claim(base & APIC_ADDRESS, PAGE_SIZE);
    lapic_timer_measure();
    enable();
    trap_register(VECTOR_TIMER, tick);
}

void lapic_init_secondary(void)
{
    msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | APIC_ENABLE);
    enable();
}

u32 lapic_id(void)
{
    return lapic_read(LAPIC_ID) >> 24;
}

void lapic_ack(void)
{
    lapic_write(LAPIC_EOI, 0);
}

/* Writing the lower half sends. */
static void send(u32 apic_id, u32 command)
{
    assert(!irq_are_on());
    while (lapic_read(LAPIC_COMMAND) & COMMAND_PENDING)
        cpu_relax();
    lapic_write(LAPIC_COMMAND_TARGET, apic_id << 24);
    lapic_write(LAPIC_COMMAND, command | COMMAND_ASSERT);
}

void lapic_send(u32 apic_id, u8 vector)
{
    assert(vector >= VECTOR_IRQ);
    send(apic_id, COMMAND_FIXED | vector);
}

void lapic_send_nmi(u32 apic_id)
{
    send(apic_id, COMMAND_NMI);
}

void lapic_send_init(u32 apic_id)
{
    send(apic_id, COMMAND_INIT);
}

void lapic_send_startup(u32 apic_id, paddr_t page)
{
    assert(page < 1024 * 1024 && page % PAGE_SIZE == 0);
    send(apic_id, COMMAND_STARTUP | (u32)(page >> PAGE_SHIFT));
}
