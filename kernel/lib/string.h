/*
 * lib/string.h - memory and zero-terminated text.
 *
 * The mem* and str* functions are those of the C standard (the compiler calls
 * some of them by itself); string_copy() is ours and always terminates.
 */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include "lib/types.h"

/* Copy `len` bytes; the ranges must not overlap.  Returns dst. */
void *memcpy(void *dst, const void *src, size_t len);

/* Copy `len` bytes; the ranges may overlap.  Returns dst. */
void *memmove(void *dst, const void *src, size_t len);

/* Set `len` bytes to (u8)value.  Returns dst. */
void *memset(void *dst, int value, size_t len);

/* Compare bytes: negative, 0 or positive as the first difference says. */
int memcmp(const void *a, const void *b, size_t len);

/* Bytes before the terminating zero. */
size_t strlen(const char *s);

/* Compare texts: negative, 0 or positive as the first difference says. */
int strcmp(const char *a, const char *b);

/* The same, looking at no more than `len` characters. */
int strncmp(const char *a, const char *b, size_t len);

/* Copy as much of `src` as fits into dst[size] with its zero (size > 0).
 * Returns strlen(src): if that is not below size, the text was cut. */
size_t string_copy(char *dst, const char *src, size_t size);

#endif
