/*
 * arch/x86_64/probe.h - touch an address that may fault, and live.
 *
 * An instruction that may fault is listed in the section .fixups with the
 * place to go on at.  The trap code looks there before anything else, and
 * hands over which fault it was.
 */
#ifndef ARCH_PROBE_H
#define ARCH_PROBE_H

#include "lib/compiler.h"
#include "lib/types.h"

struct trap_frame;

/* What the CPU answered.  Returned in RAX and RDX. */
struct probe {
    u32 vector;      /* 0: no fault; else VECTOR_PAGE_FAULT, ... */
    u32 error;       /* the fault's error code, enum fault_error */
    vaddr_t address; /* that a page fault complained about (CR2) */
};
static_assert(sizeof(struct probe) == 16, "two registers");

/* Read one byte at `addr`. */
struct probe probe_read(vaddr_t addr);

/* Write one byte at `addr`: the one that is there, so that nothing changes
 * (but not atomically). */
struct probe probe_write(vaddr_t addr);

/* Call `addr`.  If it may be executed, a RET (0xc3) must be there. */
struct probe probe_exec(vaddr_t addr);

/* Read the eight bytes at `addr` into *value; unchanged on a fault. */
struct probe probe_load(vaddr_t addr, u64 *value);

/* Trap code only: if the frame's instruction has a fixup, make the frame go
 * on there and say true. */
bool probe_fixup(struct trap_frame *frame);

#endif
