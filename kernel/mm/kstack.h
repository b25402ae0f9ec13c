/*
 * mm/kstack.h - kernel stacks with a guard page below them.
 *
 * 16 KiB mapped in the kmap area, and one page below that is never mapped: an
 * overflow faults there, on the double-fault stack, instead of writing over a
 * neighbour.
 */
#ifndef MM_KSTACK_H
#define MM_KSTACK_H

#include "lib/compiler.h"
#include "lib/types.h"

#define KSTACK_SIZE 16384u

/* The top (highest address + 1) of a new stack, or 0 without memory. */
vaddr_t kstack_alloc(void) MUST_CHECK;

/* Give a stack back by its top; nobody may run on it. */
void kstack_free(vaddr_t top);

#endif
