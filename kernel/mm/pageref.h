/*
 * mm/pageref.h - sharing a block of frames: who is last frees it.
 *
 * A page comes from page_alloc() with one reference.  Whoever keeps a pointer
 * to it for longer holds a reference of his own.  Counting is safe on several
 * CPUs at once, without a lock.
 *
 * The count saturates: one that has reached PAGE_REFS_SATURATED stays there
 * for ever, whatever is taken or dropped, so that a count that overflows leaks
 * a block but never frees it under its users.
 */
#ifndef MM_PAGEREF_H
#define MM_PAGEREF_H

#include "lib/types.h"

struct page;

#define PAGE_REFS_SATURATED 0xffffffffu

/* Take another reference.  Panics if the page has none: it is not yours. */
void page_get(struct page *page);

/*
 * Drop a reference.  The last one frees the block (page_free()): exactly one
 * of several CPUs that drop theirs at once does so.  Panics if the page has
 * none: freed twice.
 */
void page_put(struct page *page);

/* Whether anybody beside the caller, who holds a reference, has one.  Panics if
 * the page has none. */
bool page_is_shared(const struct page *page);

#endif
