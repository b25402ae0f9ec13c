/*
 * arch/x86_64/stack_walk.c - follow frame pointers.
 *
 *     rbp -> | caller's rbp | return address |     (every function's prologue)
 */
#include "arch/x86_64/stack_walk.h"

#include "arch/x86_64/layout.h"
#include "arch/x86_64/probe.h"
#include "arch/x86_64/trap.h"

struct stack_walk stack_walk_here(void)
{
    const u64 *frame = __builtin_frame_address(0);
    return (struct stack_walk){.rbp = frame[0], .rip = frame[1]};
}

struct stack_walk stack_walk_from(const struct trap_frame *frame)
{
    return (struct stack_walk){.rbp = frame->rbp, .rip = frame->rip};
}

/* The kernel's half of the addresses, and a whole word. */
static bool may_be_frame(u64 rbp)
{
    return rbp >= DIRECT_BASE && rbp % sizeof(u64) == 0;
}

bool stack_walk_next(struct stack_walk *walk, u64 *rip)
{
    if (walk->rip == 0 || walk->n_frames == STACK_WALK_MAX)
        return false;
    walk->n_frames++;
    *rip = walk->rip;
    u64 frame = walk->rbp;
    walk->rip = 0; /* unless both words can be read */
    if (may_be_frame(frame) && probe_load(frame, &walk->rbp).vector == 0 &&
        probe_load(frame + sizeof(u64), &walk->rip).vector != 0)
        walk->rip = 0;
    return true;
}
