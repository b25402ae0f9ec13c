/*
 * arch/x86_64/trampoline.c - the way of a secondary CPU from real mode to C.
 *
 * What a CPU needs on the way is in variables: only one is on the way at any
 * time.  trampoline.asm reads them, and ends in smp_secondary().
 */
#include "arch/x86_64/trampoline.h"

#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/direct_map.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmu.h"
#include "lib/panic.h"
#include "lib/string.h"

extern const char trampoline_start[], trampoline_end[]; /* trampoline.asm */

/* Read by trampoline.asm, which knows their names. */
struct cpu *trampoline_cpu;
vaddr_t trampoline_stack;
paddr_t trampoline_root;

paddr_t trampoline_open(void)
{
    size_t len = (size_t)(trampoline_end - trampoline_start);
    assert(len <= PAGE_SIZE);
    if (!boot_info.low_page)
        return 0;
    memcpy(phys_to_virt(boot_info.low_page), trampoline_start, len);
    trampoline_root = mmu_root();
    direct_map_show_low();
    return boot_info.low_page;
}

void trampoline_expect(struct cpu *cpu, vaddr_t stack_top)
{
    assert(stack_top % 16 == 0);
    trampoline_cpu = cpu;
    trampoline_stack = stack_top;
}

void trampoline_close(void)
{
    direct_map_hide_low();
}
