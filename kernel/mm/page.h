/*
 * mm/page.h - page frames: who has them, how often, and where to get one.
 *
 * Every frame of RAM below the end of RAM has a `struct page` in one flat
 * array.  A frame is free (in its zone), allocated (refs > 0), or reserved
 * (holes, the kernel's image: never handed out).  A block of 2^order frames is
 * described by its first page; the others of the block say PAGE_TAIL.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include "arch/x86_64/layout.h"
#include "lib/compiler.h"
#include "lib/list.h"
#include "lib/types.h"
#include "mm/pageref.h"

enum { PAGE_ORDER_MAX = 10, N_PAGE_ORDERS };

enum page_state { PAGE_RESERVED, PAGE_FREE, PAGE_USED, PAGE_TAIL };

enum zone_id { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, N_ZONES };

struct page {
    struct list link; /* free: its zone's list; used: the owner's */
    void *owner;      /* whoever allocated it: a slab cache, a file */
    u32 refs;         /* [A] 0 when free; saturates, see mm/pageref.h */
    u8 state;         /* enum page_state */
    u8 order;         /* of the block that starts here */
    u8 zone;          /* enum zone_id */
    u8 flags;         /* the owner's */
};
static_assert(sizeof(struct page) == 32, "64 GiB of RAM: 512 MiB of these");

enum page_flags {
    PAGE_ANY = 0,
    PAGE_BELOW_4G = 1 << 0,  /* for 32-bit devices */
    PAGE_BELOW_16M = 1 << 1, /* for ISA DMA */
    PAGE_ZEROED = 1 << 2,
};

/* Build the frame array and the zones from boot_info.  Boot CPU, once. */
void page_init(void);

/*
 * Allocate 2^order frames, contiguous and aligned to their size, refs = 1,
 * flags = 0, owner = NULL.  NULL when there are none: the caller has a policy
 * for that, this floor has not.  Never sleeps; takes RANK_ZONE.
 */
struct page *page_alloc(unsigned order, enum page_flags flags) MUST_CHECK;

/* Free a block whose references are gone.  Only page_put() calls this. */
void page_free(struct page *page);

/* The page of a physical address, or NULL beyond the end of RAM.  What is no
 * RAM, or not ours to give, is PAGE_RESERVED. */
struct page *page_find(paddr_t pa);

/* The first page of the allocated block that `page` is in, or NULL if it is in
 * none. */
struct page *page_find_head(struct page *page);

/* The physical address of a frame's first byte. */
paddr_t page_to_phys(const struct page *page);

/* The bytes of a frame, through the direct map. */
static inline void *page_to_virt(const struct page *page)
{
    return phys_to_virt(page_to_phys(page));
}

/* Free frames in all zones, and all frames that are not reserved. */
size_t page_count_free(void);
size_t page_count_all(void);

/* The allocator in charge: "buddy" or "linear". */
const char *page_allocator_name(void);

#endif
