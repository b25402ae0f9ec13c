/*
 * arch/x86_64/stack_walk.h - who called whom, by frame pointers.
 *
 *     struct stack_walk walk = stack_walk_here();
 *     for (u64 rip; stack_walk_next(&walk, &rip);)
 *         print(rip);
 *
 * Never faults and always ends, whatever the stack holds: words are read with
 * probe_load() and the number of frames is bounded.  Goes through interrupts:
 * trap.asm leaves a frame that links to the interrupted function.
 */
#ifndef ARCH_STACK_WALK_H
#define ARCH_STACK_WALK_H

#include "lib/types.h"

struct trap_frame;

enum { STACK_WALK_MAX = 64 };

struct stack_walk {
    u64 rip;      /* to be returned next; 0: the end */
    u64 rbp;      /* its frame */
    u32 n_frames; /* returned so far */
};

/* Start at the caller of this function. */
struct stack_walk stack_walk_here(void);

/* Start where a trap interrupted. */
struct stack_walk stack_walk_from(const struct trap_frame *frame);

/* The next address, inner to outer; false at the end. */
bool stack_walk_next(struct stack_walk *walk, u64 *rip);

#endif
