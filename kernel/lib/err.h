/*
 * lib/err.h - errors in pointers: the last page of addresses is never mapped,
 * so a pointer there carries a negative errno.  Values: abi/errno.h.
 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

#include "abi/errno.h"
#include "lib/types.h"

enum { ERR_MAX = 4095 };

/* The pointer that carries the negative errno `err`. */
static inline void *err_ptr(long err)
{
    return (void *)err;
}

/* The negative errno that `ptr` carries; only if is_err(ptr). */
static inline int ptr_err(const void *ptr)
{
    return (int)(long)ptr;
}

/* Whether `ptr` carries an errno.  NULL does not. */
static inline bool is_err(const void *ptr)
{
    return (unsigned long)ptr >= (unsigned long)-ERR_MAX;
}

#endif
