/*
 * arch/x86_64/smp_secondary.c - the first C function of a secondary CPU.
 */
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/cpu_setup.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/mmu.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/upcall.h"
#include "lib/atomic.h"

NORETURN void smp_secondary(struct cpu *cpu);

/* Called by trampoline.asm, on the new CPU's own stack. */
void smp_secondary(struct cpu *cpu)
{
    cpu_setup(cpu);
    trap_load();
    lapic_init_secondary();
    atomic_store(&cpu->is_online, 1); /* the boot CPU goes on */
    while (atomic_load(&n_cpus) <= cpu->id)
        cpu_relax();
    /* Until it counted, no CPU told this one what to forget. */
    mmu_load(mmu_root());
    cpu_start();
}
