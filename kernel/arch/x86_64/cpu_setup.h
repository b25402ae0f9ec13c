/*
 * arch/x86_64/cpu_setup.h - make a CPU what the kernel expects it to be.
 */
#ifndef ARCH_CPU_SETUP_H
#define ARCH_CPU_SETUP_H

struct cpu;

/* On this CPU, which `cpu` shall stand for: control registers, segments, GS.
 * Everything else that runs may use this_cpu() afterwards. */
void cpu_setup(struct cpu *cpu);

#endif
