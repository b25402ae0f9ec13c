/*
 * arch/x86_64/stack_run.h - leave this stack for another, for ever.
 */
#ifndef ARCH_STACK_RUN_H
#define ARCH_STACK_RUN_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Call `fn` on the empty stack that ends at `top`; backtraces end there. */
NORETURN static inline void stack_run(vaddr_t top, void (*fn)(void))
{
    __asm__ volatile("mov %0, %%rsp\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "call *%1\n\t"
                     "ud2" ::"r"(top),
                     "r"(fn)
                     : "memory");
    __builtin_unreachable();
}

#endif
