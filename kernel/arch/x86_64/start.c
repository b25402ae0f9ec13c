/*
 * arch/x86_64/start.c - the first C code, and what it does before the rest.
 *
 * Runs on the boot stack and boot.asm's page tables.  When kernel_main() is
 * called, this_cpu() works, exceptions are caught, boot_info is filled, all
 * RAM is in the direct map, and address 0 is mapped no more.
 */
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/cpu_setup.h"
#include "arch/x86_64/direct_map.h"
#include "arch/x86_64/loader.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/upcall.h"

NORETURN void arch_start(u32 magic, u32 info);

/* Called by boot.asm with what the boot loader left in EAX and EBX. */
void arch_start(u32 magic, u32 info)
{
    cpu_setup(&cpus[0]);
    trap_init();
    loader_read(magic, info);
    direct_map_init();
    kernel_main();
}
