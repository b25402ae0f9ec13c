/*
 * mm/page_debug.h - DEBUG=1: free frames are full of poison.
 *
 * Whoever reads a frame after freeing it sees 0x6b6b…, and whoever writes to
 * one is found out when the frame is handed out again.  Without DEBUG these
 * do nothing.
 */
#ifndef MM_PAGE_DEBUG_H
#define MM_PAGE_DEBUG_H

#include "mm/page.h"

#define PAGE_POISON 0x6b6b6b6b6b6b6b6bu

/* Panic if a frame of this new block was written to while it was free. */
void page_debug_on_alloc(struct page *page);

/* Poison the frames of a block that is about to be freed. */
void page_debug_on_free(struct page *page);

#endif
