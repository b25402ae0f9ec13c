/*
 * mm/slab_debug.h - DEBUG=1: red zones around objects, poison in free ones.
 *
 * A cell then looks so; without DEBUG it is the object alone:
 *
 *     | slab.c's 8 bytes | red zone | object          | red zone |
 *     0                  8          front                        stride
 *
 * A free cell is poison all over, but for slab.c's bytes.
 */
#ifndef MM_SLAB_DEBUG_H
#define MM_SLAB_DEBUG_H

#include "mm/slab.h"

/* Bytes needed before an object of this alignment, and behind any. */
u32 slab_debug_front(u32 align);
u32 slab_debug_back(void);

/* Poison the frames of a new slab. */
void slab_debug_on_new(struct slab_cache *cache, void *frames);

/* Panic if the cell was written to while it was free; draw its red zones. */
void slab_debug_on_alloc(struct slab_cache *cache, char *cell);

/* Panic if the cell is free already or a red zone is damaged; poison it. */
void slab_debug_on_free(struct slab_cache *cache, char *cell);

#endif
