/*
 * arch/x86_64/trampoline.h - the way of a secondary CPU from real mode to C.
 *
 * It is open only while smp_start() runs: a CPU begins below 1 MiB, in tables
 * that still map low addresses, and these shall not stay mapped.
 */
#ifndef ARCH_TRAMPOLINE_H
#define ARCH_TRAMPOLINE_H

#include "lib/types.h"

struct cpu;

/* Lay the code out; the page at which CPUs begin, or 0 if there is none. */
paddr_t trampoline_open(void);

/* The next CPU that comes is `cpu`, and its stack ends at `stack_top`. */
void trampoline_expect(struct cpu *cpu, vaddr_t stack_top);

/* No CPU is on the way any more. */
void trampoline_close(void);

#endif
