/*
 * mm/slab_debug.c - red zones and poison of slab objects.
 *
 * Tests  grade/unit/test_slab_debug.c (compiled with CONFIG_DEBUG=1)
 */
#include "mm/slab_debug.h"

#include "lib/bits.h"
#include "lib/config.h"
#include "lib/panic.h"
#include "lib/string.h"

enum { OWN_LEN = 8, ZONE_LEN = 8, POISON = 0x5a, RED = 0xbb };

u32 slab_debug_front(u32 align)
{
    return config_debug ? (u32)align_up(OWN_LEN + ZONE_LEN, align) : 0;
}

u32 slab_debug_back(void)
{
    return config_debug ? ZONE_LEN : 0;
}

/* The offset of the first byte in cell[from, to) that is not `value`, or `to`.
 */
static u32 find_other(const char *cell, u32 from, u32 to, u8 value)
{
    while (from < to && (u8)cell[from] == value)
        from++;
    return from;
}

/* Fill the red zones, or the whole cell, but never slab.c's own bytes. */
static void draw_zones(const struct slab_cache *cache, char *cell)
{
    u32 end = cache->object_offset + cache->object_size;
    memset(cell + OWN_LEN, RED, cache->object_offset - OWN_LEN);
    memset(cell + end, RED, cache->stride - end);
}

static void poison_cell(const struct slab_cache *cache, char *cell)
{
    memset(cell + OWN_LEN, POISON, cache->stride - OWN_LEN);
}

void slab_debug_on_new(struct slab_cache *cache, void *frames)
{
    if (config_debug)
        memset(frames, POISON, PAGE_SIZE << cache->slab_order);
}

void slab_debug_on_alloc(struct slab_cache *cache, char *cell)
{
    if (!config_debug)
        return;
    u32 at = find_other(cell, OWN_LEN, cache->stride, POISON);
    if (at < cache->stride)
        panic("slab: %s: object %p was written to after it was freed, at "
              "offset %d",
              cache->name, cell + cache->object_offset,
              (int)at - (int)cache->object_offset);
    draw_zones(cache, cell);
}

void slab_debug_on_free(struct slab_cache *cache, char *cell)
{
    if (!config_debug)
        return;
    u32 front = cache->object_offset;
    u32 end = front + cache->object_size;
    if (find_other(cell, OWN_LEN, front, POISON) == front)
        panic("slab: %s: object %p is freed twice", cache->name, cell + front);
    if (find_other(cell, OWN_LEN, front, RED) < front)
        panic("slab: %s: somebody wrote before the start of object %p",
              cache->name, cell + front);
    if (find_other(cell, end, cache->stride, RED) < cache->stride)
        panic("slab: %s: somebody wrote beyond the end of object %p",
              cache->name, cell + front);
    poison_cell(cache, cell);
}
