/*
 * arch/x86_64/gdt.h - segments, and the stacks for faults that need their own.
 *
 * In long mode a segment is little more than a privilege level.  The order of
 * the user segments is the one that SYSRET requires.
 */
#ifndef ARCH_GDT_H
#define ARCH_GDT_H

#include "lib/types.h"

enum {
    SEGMENT_KERNEL_CODE = 0x08,
    SEGMENT_KERNEL_DATA = 0x10,
    SEGMENT_USER_DATA = 0x18 | 3,
    SEGMENT_USER_CODE = 0x20 | 3,
    SEGMENT_TSS = 0x28,
};

/* Numbers of the task state's extra stacks, as a gate names them. */
enum { IST_NONE = 0, IST_DOUBLE_FAULT = 1, IST_NMI = 2 };

/* Build and load the table and task state of CPU `id`: the one that runs. */
void gdt_load(u32 id);

#endif
