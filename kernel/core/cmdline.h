/*
 * core/cmdline.h - options on the kernel's command line.
 *
 * Words are separated by blanks; a word is `key` or `key=value`.  When a key
 * stands several times the last one counts.  The text comes from outside: any
 * bytes are taken as they are, and a value that makes no sense is as good as
 * none.
 */
#ifndef CORE_CMDLINE_H
#define CORE_CMDLINE_H

#include "lib/compiler.h"
#include "lib/types.h"

/* Whether `key` stands there, with or without a value. */
bool cmdline_has(const char *key);

/* Copy the value of `key` ("" if it has none) to value[size].  Returns its
 * length, -ENOENT without such a key, -ENAMETOOLONG if it does not fit. */
int cmdline_get(const char *key, char *value, size_t size) MUST_CHECK;

/* The number after `key=`, or `otherwise` if there is none. */
u64 cmdline_u64(const char *key, u64 otherwise);

#endif
