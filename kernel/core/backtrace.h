/*
 * core/backtrace.h - where a CPU is, in words.
 *
 * Printed by console_print(), for a panic's report: the stack may be damaged,
 * and is read with care.
 */
#ifndef CORE_BACKTRACE_H
#define CORE_BACKTRACE_H

#include "arch/x86_64/stack_walk.h"
#include "lib/types.h"

/* Print who called whom, from where `walk` is on. */
void backtrace_print(struct stack_walk walk);

/* Print what was interrupted, and who called it. */
void backtrace_print_from(const struct trap_frame *frame);

/* Print one line: the address, and the function it is in. */
void backtrace_print_address(u64 addr);

/* The same for an address to which a call returns. */
void backtrace_print_return(u64 addr);

/* Print all registers. */
void backtrace_print_registers(const struct trap_frame *frame);

/* Write the innermost functions, "a < b < c", to text[size]. */
void backtrace_describe(const struct trap_frame *frame, char *text,
                        size_t size);

#endif
