/*
 * lib/format.h - printf's formatting, without a device behind it.
 *
 * Conversions  %d %u %x %c %s %p %%, with l, ll or z for 64 bits
 * Flags        - (left), 0 (zeros), # (0x before a number that is not 0)
 * Width        digits, or * for an int argument
 * Precision    of %s only: the most characters to take
 *
 * The compiler checks arguments against the format (PRINTF_LIKE), so what is
 * not listed here is printed as it stands.
 */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <stdarg.h>

#include "lib/compiler.h"
#include "lib/types.h"

/* Write at most size - 1 characters and a zero to buf (nothing if size is 0).
 * Returns the length that the whole text has: cut, unless below size. */
PRINTF_LIKE(3, 4)
size_t format_string(char *buf, size_t size, const char *fmt, ...);

/* The same, for functions that are variadic themselves. */
PRINTF_LIKE(3, 0)
size_t format_args(char *buf, size_t size, const char *fmt, va_list args);

#endif
