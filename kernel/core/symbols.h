/*
 * core/symbols.h - names of the kernel's functions, for people.
 *
 * The table is made from the linked kernel by grade/build/ksyms.py and linked
 * in by a second pass (kernel/build.mk).
 */
#ifndef CORE_SYMBOLS_H
#define CORE_SYMBOLS_H

#include "lib/types.h"

enum { SYMBOL_TEXT_MAX = 64 }; /* enough for symbol_describe() */

/* The name of the function that holds `addr`, and how far into it; NULL if
 * addr lies outside of the kernel's text. */
const char *symbol_find(u64 addr, u64 *offset);

/* Write "name+0x12", or the bare address, to text[SYMBOL_TEXT_MAX]; returns
 * text. */
char *symbol_describe(u64 addr, char *text);

/* The same for the address to which a call returns.  It names the function
 * that called: its last instruction may be that call, and then the address is
 * the next function's. */
char *symbol_describe_return(u64 addr, char *text);

#endif
