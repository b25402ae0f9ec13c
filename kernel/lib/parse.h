/*
 * lib/parse.h - numbers and lists of names in text from outside.
 *
 * Nothing here trusts its input: bad text is an errno, never a wrong value.
 */
#ifndef LIB_PARSE_H
#define LIB_PARSE_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * Read all of `text` as a number: decimal, or hexadecimal after 0x.  Returns
 * -EINVAL if it is empty or holds anything else, -ERANGE if it is 2^64 or
 * more; *value is then untouched.
 */
int parse_u64(const char *text, u64 *value) MUST_CHECK;

/*
 * Copy the next name of a comma-separated list to name[size] and move *list
 * past it.  Blanks and line ends separate too; empty names are skipped.
 * Returns 1, 0 at the end of the list, or -ENAMETOOLONG (name skipped).
 */
int parse_next_name(const char **list, char *name, size_t size) MUST_CHECK;

/* Whether `name` is `pattern`, or starts with it up to its closing `*`. */
bool name_matches(const char *name, const char *pattern);

#endif
