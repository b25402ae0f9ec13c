/*
 * arch/x86_64/probe.c - find the fixup of a fault.
 *
 * The table is short and not sorted: it is searched from its start.
 */
#include "arch/x86_64/probe.h"

#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmu.h"
#include "arch/x86_64/trap.h"

struct fixup {
    u64 rip; /* of an instruction that may fault */
    u64 go_on_at;
};

extern const struct fixup fixups_start[], fixups_end[];     /* kernel.ld */
extern const char probe_exec_called[], probe_exec_failed[]; /* probe.asm */

static u64 find_fixup(u64 rip)
{
    for (const struct fixup *f = fixups_start; f < fixups_end; f++)
        if (f->rip == rip)
            return f->go_on_at;
    return 0;
}

/*
 * Whether what probe_exec() called could not run, or could not even be
 * fetched: then its return address is on top of the stack.  Undo the CALL.
 */
static bool undo_call(struct trap_frame *frame)
{
    if (frame->rip >= (u64)text_start && frame->rip < (u64)text_end)
        return false; /* kernel code: its stack may be at the very top */
    if (frame->rsp < DIRECT_BASE ||
        *(const u64 *)frame->rsp != (u64)probe_exec_called)
        return false;
    frame->rsp += sizeof(u64);
    frame->rip = (u64)probe_exec_failed;
    return true;
}

bool probe_fixup(struct trap_frame *frame)
{
    if (frame->vector == VECTOR_DOUBLE_FAULT)
        return false; /* nothing to go on with: not even RSP can be trusted */
    u64 go_on_at = find_fixup(frame->rip);
    if (go_on_at)
        frame->rip = go_on_at;
    else if (!undo_call(frame))
        return false;
    frame->rax = frame->vector | frame->error << 32;
    frame->rdx = frame->vector == VECTOR_PAGE_FAULT ? mmu_fault_address() : 0;
    return true;
}
