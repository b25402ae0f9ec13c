/*
 * arch/x86_64/upcall.h - the ways up from this floor.
 *
 * Declared here, defined by the floor named in kernel/floors.txt.  cpu_start()
 * has a weak default (upcall.c) for kernels without a scheduler.
 */
#ifndef ARCH_UPCALL_H
#define ARCH_UPCALL_H

#include "lib/compiler.h"

struct trap_frame;

/* The boot CPU, on the boot stack, with boot_info and traps ready. */
NORETURN void kernel_main(void);

/* An exception that nobody registered for.  May return: the frame resumes. */
void exception(struct trap_frame *frame);

/* The local APIC's timer fired.  Interrupts are off. */
void tick(struct trap_frame *frame);

/* Another CPU panicked and sent an NMI: halt for ever. */
NORETURN void cpu_stop(void);

/* A secondary CPU, on its own stack, online, with interrupts off. */
NORETURN void cpu_start(void);

#endif
