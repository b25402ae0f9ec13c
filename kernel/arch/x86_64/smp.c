/*
 * arch/x86_64/smp.c - start the other CPUs, one by one.
 *
 * A CPU sleeps until another sends it INIT and then STARTUP with the page to
 * begin at.  From there trampoline.asm brings it to smp_secondary().
 *
 * Spec: Intel SDM 3A, section 8.4.4
 */
#include "arch/x86_64/smp.h"

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/trampoline.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "lib/printk.h"

/* What Intel asks for between INIT and STARTUP, and far more than any CPU
 * needs to arrive, even when its host is busy. */
enum { INIT_NS = 10000000, ARRIVE_NS = 1000000000 };

static bool wait_online(const struct cpu *cpu)
{
    u64 start = clock_now_ns();
    while (!atomic_load(&cpu->is_online)) {
        if (clock_now_ns() - start > ARRIVE_NS)
            return false;
        cpu_relax();
    }
    return true;
}

/* Send `cpu` on its way and wait until it has arrived. */
static bool start_one(struct cpu *cpu, vaddr_t stack_top, paddr_t page)
{
    trampoline_expect(cpu, stack_top);
    irq_push_off();
    lapic_send_startup(cpu->apic_id, page);
    bool has_arrived = wait_online(cpu);
    if (!has_arrived)
        lapic_send_init(cpu->apic_id); /* not later, on another's stack */
    irq_pop_off();
    return has_arrived;
}

static void init_others(void)
{
    irq_push_off();
    for (size_t i = 0; i < acpi_info.n_cpus; i++)
        if (acpi_info.apic_ids[i] != this_cpu()->apic_id)
            lapic_send_init(acpi_info.apic_ids[i]);
    irq_pop_off();
    clock_spin_ns(INIT_NS);
}

/* Make the CPU with that APIC id the next of cpus[]. */
static void add_cpu(u32 apic_id, vaddr_t stack_top, paddr_t page)
{
    if (!stack_top) {
        printk(LOG_ERROR, "smp: no memory for CPU %u's stack", n_cpus);
        return;
    }
    assert(n_cpus < MAX_CPUS);
    struct cpu *cpu = &cpus[n_cpus];
    cpu->apic_id = apic_id;
    if (start_one(cpu, stack_top, page))
        atomic_store(&n_cpus, n_cpus + 1); /* it goes on */
    else /* its stack is lost: nobody knows how far it got */
        printk(LOG_ERROR, "smp: CPU with APIC id %u is silent", apic_id);
}

void smp_start(vaddr_t (*stack_alloc)(void))
{
    assert(n_cpus == 1); /* else: started twice */
    if (acpi_info.n_cpus < 2)
        return;
    paddr_t page = trampoline_open();
    if (!page) {
        printk(LOG_ERROR, "smp: no page below 1 MiB to start CPUs at");
        return;
    }
    init_others();
    for (size_t i = 0; i < acpi_info.n_cpus && n_cpus < MAX_CPUS; i++)
        if (acpi_info.apic_ids[i] != cpus[0].apic_id)
            add_cpu(acpi_info.apic_ids[i], stack_alloc(), page);
    trampoline_close();
    printk(LOG_INFO, "smp: %u CPUs", n_cpus);
}
