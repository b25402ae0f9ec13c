/*
 * arch/x86_64/cpu.c - the CPUs, and how one of them is set up.
 *
 * Spec: Intel SDM 3A, section 2.5 (control registers).
 */
#include "arch/x86_64/cpu.h"

#include "arch/x86_64/cpu_features.h"
#include "arch/x86_64/cpu_setup.h"
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/io.h"
#include "lib/panic.h"

enum {
    CR4_UMIP = 1 << 11,
    CR4_FSGSBASE = 1 << 16,
    CR4_SMEP = 1 << 20,
    CR4_SMAP = 1 << 21,
};

#define MSR_GS_BASE        0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u

static_assert(offsetof(struct cpu, self) == 0, "this_cpu() reads gs:0");
static_assert(offsetof(struct cpu, thread) == 8, "cpu_thread() reads gs:8");

struct cpu cpus[MAX_CPUS];
u32 n_cpus = 1;

/* Long mode, paging, NX and write protection are on since boot.asm. */
static void protect(void)
{
    u64 cr4;
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    cr4 |= cpu_features.has_umip ? CR4_UMIP : 0;
    cr4 |= cpu_features.has_smep ? CR4_SMEP : 0;
    cr4 |= cpu_features.has_smap ? CR4_SMAP : 0;
    cr4 |= cpu_features.has_fsgsbase ? CR4_FSGSBASE : 0;
    __asm__ volatile("mov %0, %%cr4" ::"r"(cr4) : "memory");
    if (cpu_features.has_smap)
        __asm__ volatile("clac" ::: "cc");
}

void cpu_setup(struct cpu *cpu)
{
    bool is_boot_cpu = cpu == &cpus[0];
    if (is_boot_cpu)
        cpu_features_detect();
    cpu->id = (u32)(cpu - cpus);
    cpu->self = cpu;
    gdt_load(cpu->id); /* before GS: loading a selector clears its base */
    msr_write(MSR_GS_BASE, (u64)cpu);
    msr_write(MSR_KERNEL_GS_BASE, 0);
    protect();
    assert(this_cpu() == cpu);
    if (is_boot_cpu)
        cpu->is_online = 1;
}
