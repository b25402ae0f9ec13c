/*
 * arch/x86_64/switch.h - leave one thread's stack, go on with another's.
 *
 * A thread that does not run is nothing but its stack.  On top of it lies what
 * the CPU must know to go on: the registers that a called function has to give
 * back unchanged (System V ABI, section 3.2.1), the flags, and the address to
 * return to.
 *
 *     higher  |  the thread's own frames   |
 *             |  rip                       |  pushed by `call context_switch`
 *             |  rbp rbx r12 r13 r14 r15   |
 *     lower   |  rflags                    |  <-- struct context *
 */
#ifndef ARCH_SWITCH_H
#define ARCH_SWITCH_H

#include "lib/compiler.h"
#include "lib/types.h"

/* A sleeping thread's registers, on its own stack, lowest address first. */
struct context {
    u64 rflags;
    u64 r15, r14, r13, r12, rbx, rbp;
    u64 rip;
};
static_assert(sizeof(struct context) == 64, "switch.asm pushes eight words");

/*
 * Push the running thread's context, store its address in *save, and go on
 * with the thread whose context `load` is; returns when somebody switches
 * back.  Interrupts off, or on only if no handler switches.
 */
void context_switch(struct context **save, struct context *load);

/* Where a new thread begins: calls the function in RBX with the argument in
 * R12.  The function must not return. */
void context_start(void);

/* Make the context of a thread that has not run yet, at the top of its stack
 * (aligned to 16): context_switch() to it will call entry(arg) with interrupts
 * off. */
static inline struct context *context_create(vaddr_t stack_top,
                                             void (*entry)(void *), void *arg)
{
    struct context *context = (struct context *)stack_top - 1;
    *context = (struct context){
        .rflags = 1 << 1, /* always set; all else clear */
        .rbx = (u64)entry,
        .r12 = (u64)arg,
        .rbp = 0, /* the outermost frame: backtraces end here */
        .rip = (u64)context_start,
    };
    return context;
}

#endif
