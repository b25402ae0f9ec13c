/*
 * arch/x86_64/trap.h - exceptions and interrupts, from the stub to a handler.
 *
 * The stubs in trap.asm save all registers as a `struct trap_frame` on the
 * stack of whoever was interrupted (double fault and NMI: on stacks of their
 * own) and call trap_dispatch() with interrupts off.
 *
 * Tables are written by the boot CPU before the source of the interrupt is
 * turned on, and only read afterwards: they need no lock.
 */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

#include "lib/types.h"

/* What the stub pushed, lowest address first; the CPU pushed from `rip` on. */
struct trap_frame {
    u64 r15, r14, r13, r12, r11, r10, r9, r8;
    u64 rdi, rsi, rbp, rbx, rdx, rcx, rax;
    u64 vector;
    u64 error; /* 0 where the CPU pushes none */
    u64 rip, cs, rflags, rsp, ss;
};

enum trap_vector {
    VECTOR_DEBUG = 1,
    VECTOR_NMI = 2,
    VECTOR_BREAKPOINT = 3,
    VECTOR_DOUBLE_FAULT = 8,
    VECTOR_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_IRQ = 32,        /* ISA interrupt n comes as VECTOR_IRQ + n */
    VECTOR_DYNAMIC = 48,    /* from here on: drivers */
    VECTOR_TIMER = 0xf0,    /* local APIC timer */
    VECTOR_CPU_CALL = 0xf1, /* run a function for another CPU */
    VECTOR_RESCHED = 0xf2,  /* look at the run queue */
    VECTOR_SPURIOUS = 0xff,
    N_VECTORS = 256,
};

/* Bits of a page fault's error code. */
enum fault_error {
    FAULT_PRESENT = 1 << 0, /* the page was there, but forbade it */
    FAULT_WRITE = 1 << 1,
    FAULT_USER = 1 << 2,
    FAULT_RESERVED = 1 << 3, /* a page table entry is malformed */
    FAULT_EXEC = 1 << 4,
};

/*
 * Called with interrupts off.  Of an interrupt: acknowledged to the local APIC
 * afterwards.  Of an exception: the frame resumes when the handler returns.
 */
typedef void trap_handler(struct trap_frame *frame);

/* Build the table of gates and load it.  Boot CPU, once. */
void trap_init(void);

/* Load the table on this CPU. */
void trap_load(void);

/* Send `vector` to `handler`, which must be the first to ask for it. */
void trap_register(unsigned vector, trap_handler *handler);

/*
 * Have `hook` called at the end of each interrupt that interrupted neither
 * another one nor a holder of spinlocks, acknowledged and with interrupts off.
 * It may switch threads.  One hook; the scheduler's.
 */
void trap_on_exit(void (*hook)(void));

/* Called by trap.asm only. */
void trap_dispatch(struct trap_frame *frame);

#endif
