/*
 * arch/x86_64/smp.h - start the other CPUs.
 */
#ifndef ARCH_SMP_H
#define ARCH_SMP_H

#include "lib/types.h"

/*
 * Start every CPU that ACPI names.  Each gets a stack from `stack_alloc` (its
 * top, or 0 without memory), the boot CPU's page tables, and ends in
 * cpu_start().  On return all that answered are online and n_cpus is final.
 * Boot CPU, once, after kmap_init().
 */
void smp_start(vaddr_t (*stack_alloc)(void));

#endif
