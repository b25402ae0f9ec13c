/*
 * arch/x86_64/upcall.c - what happens where the floor above is not there.
 */
#include "arch/x86_64/upcall.h"

#include "arch/x86_64/cpu.h"

/* Without a scheduler: answer interrupts for ever. */
OPTIONAL void cpu_start(void)
{
    for (;;)
        cpu_wait_irq();
}
