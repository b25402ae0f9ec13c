/*
 * arch/x86_64/cpu_features.h - what CPUID says that this CPU can do.
 *
 * Trust CPUID only: some emulators accept bits in control registers that they
 * don't implement, and hang later.
 */
#ifndef ARCH_CPU_FEATURES_H
#define ARCH_CPU_FEATURES_H

#include "lib/types.h"

struct cpu_features {
    bool has_smep;      /* the kernel may not run user pages */
    bool has_smap;      /* nor touch them by accident */
    bool has_umip;      /* users may not read descriptor tables' addresses */
    bool has_gib_pages; /* PTE_LARGE at level 3 */
    bool has_fsgsbase;
};

extern struct cpu_features cpu_features; /* [I] after cpu_setup() */

/* Ask CPUID.  All CPUs are taken to be like the boot CPU. */
void cpu_features_detect(void);

#endif
