/*
 * The host's stand-in for kernel/arch/x86_64/mmu.h: the same constants, but
 * CR3 is a variable and INVLPG a call that a test may define to listen.
 */
#ifndef UNIT_ARCH_MMU_H
#define UNIT_ARCH_MMU_H

#define mmu_load       real_mmu_load
#define mmu_root       real_mmu_root
#define mmu_invalidate real_mmu_invalidate
#include_next "arch/x86_64/mmu.h"
#undef mmu_load
#undef mmu_root
#undef mmu_invalidate

extern paddr_t host_mmu_root;

/* Called at every load of CR3 and every INVLPG; host.c's do nothing. */
void host_on_load(paddr_t root);
void host_on_invalidate(vaddr_t va);

static inline void mmu_load(paddr_t root)
{
    host_mmu_root = root;
    host_on_load(root);
}

static inline paddr_t mmu_root(void)
{
    return host_mmu_root;
}

static inline void mmu_invalidate(vaddr_t va)
{
    host_on_invalidate(va);
}

#endif
