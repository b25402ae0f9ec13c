/*
 * mm/kmalloc.h - memory of any size, for what has no cache of its own.
 *
 * Up to KMALLOC_SMALL_MAX bytes come from caches of a few sizes, more from
 * blocks of frames.  All results are aligned to 16 bytes; contents undefined.
 */
#ifndef MM_KMALLOC_H
#define MM_KMALLOC_H

#include "lib/compiler.h"
#include "lib/types.h"

enum { KMALLOC_SMALL_MAX = 2048 };

/* Create the caches.  Boot CPU, once, after page_init(). */
void kmalloc_init(void);

/* At least `size` bytes, or NULL: no memory, or more than a block of
 * PAGE_ORDER_MAX has.  A size of 0 gives a small object like any other. */
void *kmalloc(size_t size) MUST_CHECK;

/* The same, zeroed. */
void *kzalloc(size_t size) MUST_CHECK;

/* Room for n elements; NULL, too, when n * size is more than a size_t holds. */
void *kmalloc_array(size_t n, size_t size) MUST_CHECK;

/* Give back what the above gave; NULL is ignored, anything else panics. */
void kfree(void *ptr);

/* Bytes that may be used at `ptr`: at least what was asked for. */
size_t ksize(const void *ptr);

#endif
