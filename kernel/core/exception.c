/*
 * core/exception.c - an exception that nobody expected: say what it means.
 *
 * The trap code has already tried the probes' fixups and whoever registered
 * for the vector.  What arrives here is a bug, so it ends in a panic, with the
 * cause decoded as far as the CPU tells.
 *
 * Spec  Intel SDM 3A, chapter 6
 */
#include "arch/x86_64/mmu.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/upcall.h"
#include "core/panic.h"

static const char *const names[] = {
    [0] = "divide error",
    [1] = "debug exception",
    [2] = "non-maskable interrupt",
    [3] = "breakpoint",
    [4] = "overflow",
    [5] = "bound range exceeded",
    [6] = "invalid opcode (with DEBUG=1: undefined behaviour)",
    [7] = "no FPU in the kernel",
    [8] = "double fault",
    [10] = "invalid TSS",
    [11] = "segment not present",
    [12] = "stack segment fault",
    [13] = "general protection fault",
    [14] = "page fault",
    [16] = "x87 error",
    [17] = "alignment check",
    [18] = "machine check",
    [19] = "SIMD error",
    [21] = "control protection fault",
};

static const char *exception_name(u64 vector)
{
    if (vector < ARRAY_LEN(names) && names[vector])
        return names[vector];
    return "unexpected vector";
}

/*
 * A push onto the guard page faults, and then the CPU cannot push the page
 * fault's frame either: a double fault, at an address just below RSP.
 */
static bool is_stack_overflow(const struct trap_frame *frame, vaddr_t addr)
{
    return frame->vector == VECTOR_DOUBLE_FAULT && addr <= frame->rsp &&
           frame->rsp - addr <= PAGE_SIZE;
}

NORETURN static void page_fault(const struct trap_frame *frame, vaddr_t addr)
{
    const char *access = frame->error & FAULT_EXEC    ? "execute"
                         : frame->error & FAULT_WRITE ? "write"
                                                      : "read";
    const char *why =
        frame->error & FAULT_RESERVED  ? "malformed page table entry"
        : frame->error & FAULT_PRESENT ? "forbidden by its page table entry"
                                       : "not mapped";
    panic_at(frame, "page fault: %s of %#lx, %s", access, addr, why);
}

void exception(struct trap_frame *frame)
{
    vaddr_t addr = mmu_fault_address();
    if (is_stack_overflow(frame, addr))
        panic_at(frame, "kernel stack overflow at %#lx", addr);
    if (frame->vector == VECTOR_PAGE_FAULT)
        page_fault(frame, addr);
    panic_at(frame, "%s (vector %lu, error %#lx)",
             exception_name(frame->vector), frame->vector, frame->error);
}
