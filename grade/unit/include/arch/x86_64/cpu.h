/*
 * The host's stand-in for kernel/arch/x86_64/cpu.h: the same structs, but the
 * running CPU is a variable and so is its interrupt flag.
 */
#ifndef UNIT_ARCH_CPU_H
#define UNIT_ARCH_CPU_H

#define this_cpu     real_this_cpu
#define cpu_thread   real_cpu_thread
#define irq_are_on   real_irq_are_on
#define irq_on       real_irq_on
#define irq_off      real_irq_off
#define irq_push_off real_irq_push_off
#define irq_pop_off  real_irq_pop_off
#define cpu_wait_irq real_cpu_wait_irq
#include_next "arch/x86_64/cpu.h"
#undef this_cpu
#undef cpu_thread
#undef irq_are_on
#undef irq_on
#undef irq_off
#undef irq_push_off
#undef irq_pop_off
#undef cpu_wait_irq

extern u32 host_cpu;      /* index into cpus[] of the CPU that "runs" */
extern bool host_irqs_on; /* its interrupt flag */

static inline struct cpu *this_cpu(void)
{
    return &cpus[host_cpu];
}

static inline struct thread *cpu_thread(void)
{
    return this_cpu()->thread;
}

static inline bool irq_are_on(void)
{
    return host_irqs_on;
}

static inline void irq_on(void)
{
    host_irqs_on = true;
}

static inline void irq_off(void)
{
    host_irqs_on = false;
}

static inline void irq_push_off(void)
{
    struct cpu *cpu = this_cpu();
    if (cpu->irq_off_depth++ == 0)
        cpu->irq_was_on = host_irqs_on;
    host_irqs_on = false;
}

static inline void irq_pop_off(void)
{
    struct cpu *cpu = this_cpu();
    if (--cpu->irq_off_depth == 0 && cpu->irq_was_on)
        host_irqs_on = true;
}

static inline void cpu_wait_irq(void)
{
    host_irqs_on = true;
}

#endif
