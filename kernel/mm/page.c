/*
 * mm/page.c - the frame array, the zones, and who gets frames from which.
 *
 * Three zones by address, because old devices reach only the lower ones:
 *
 *     0          16 MiB              4 GiB               end of RAM
 *     |  DMA     |  DMA32            |  NORMAL           |
 *
 * A request starts at the highest zone that it allows and falls back to lower
 * ones, so that scarce low memory goes last.
 *
 * Locks  none of its own; zones have theirs (RANK_ZONE)
 * Tests  grade/unit/test_page.c, kernel/test/pmm.c
 */
#include "mm/page.h"

#include "arch/x86_64/boot_info.h"
#include "core/cmdline.h"
#include "lib/panic.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "mm/buddy.h"
#include "mm/linear.h"
#include "mm/page_debug.h"
#include "mm/zone.h"

static struct page *frames; /* [I] one for each frame below the end of RAM */
static pfn_t n_frames;      /* [I] */
static struct zone zones[N_ZONES];

static const struct {
    const char *name;
    pfn_t end_pfn;
} zone_limits[N_ZONES] = {
    [ZONE_DMA] = {"DMA", (16u << 20) >> PAGE_SHIFT},
    [ZONE_DMA32] = {"DMA32", ((u64)4 << 30) >> PAGE_SHIFT},
    [ZONE_NORMAL] = {"NORMAL", ~(pfn_t)0},
};

/*
 * Building
 */

static const struct zone_ops *choose_ops(void)
{
    char name[16] = "";
    int err = cmdline_get("pmm", name, sizeof(name));
    if (strcmp(name, linear_ops.name) == 0)
        return &linear_ops;
    if (err >= 0 && strcmp(name, buddy_ops.name) != 0)
        printk(LOG_WARN, "mm: pmm=%s is not known, using buddy", name);
    return &buddy_ops;
}

static void create_frames(void)
{
    n_frames = boot_info_ram_end(&boot_info) >> PAGE_SHIFT;
    u64 len = n_frames * sizeof(struct page);
    paddr_t base = boot_info_take(&boot_info, len, ~(paddr_t)0);
    if (!base)
        panic("mm: no %lu bytes of RAM for the frame array", len);
    frames = phys_to_virt(base);
    memset(frames, 0, len);
    static_assert(PAGE_RESERVED == 0, "frames start as reserved");
}

/* Frame 0 stays reserved: a physical address of 0 means "none". */
static void free_region(const struct boot_region *region)
{
    pfn_t first = region->base >> PAGE_SHIFT;
    pfn_t end = (region->base + region->len) >> PAGE_SHIFT;
    assert(end <= n_frames);
    for (pfn_t pfn = first ? first : 1; pfn < end; pfn++)
        frames[pfn].state = PAGE_FREE;
}

static void create_zone(enum zone_id id, const struct zone_ops *ops)
{
    pfn_t first = id == 0 ? 0 : zone_limits[id - 1].end_pfn;
    pfn_t end = zone_limits[id].end_pfn;
    first = first < n_frames ? first : n_frames;
    end = end < n_frames ? end : n_frames;
    for (pfn_t pfn = first; pfn < end; pfn++)
        frames[pfn].zone = (u8)id;

    struct zone *zone = &zones[id];
    zone_init(zone, zone_limits[id].name, ops, &frames[first], first,
              end - first);
    if (zone->n_managed > 0)
        printk(LOG_INFO, "mm: zone %-6s %8zu frames, %s", zone->name,
               zone->n_managed, ops->name);
}

void page_init(void)
{
    create_frames();
    for (size_t i = 0; i < boot_info.n_regions; i++)
        if (boot_info.regions[i].type == REGION_RAM)
            free_region(&boot_info.regions[i]);
    const struct zone_ops *ops = choose_ops();
    for (enum zone_id id = 0; id < N_ZONES; id++)
        create_zone(id, ops);
    printk(LOG_INFO, "mm: %zu KiB free", page_count_free() * 4);
}

/*
 * Allocating
 */

static enum zone_id highest_zone(enum page_flags flags)
{
    if (flags & PAGE_BELOW_16M)
        return ZONE_DMA;
    if (flags & PAGE_BELOW_4G)
        return ZONE_DMA32;
    return ZONE_NORMAL;
}

static struct page *alloc_from_zones(unsigned order, enum zone_id highest)
{
    for (int id = (int)highest; id >= 0; id--) {
        struct page *page = zone_alloc(&zones[id], order);
        if (page)
            return page;
    }
    return NULL;
}

struct page *page_alloc(unsigned order, enum page_flags flags)
{
    struct page *page = alloc_from_zones(order, highest_zone(flags));
    if (!page)
        return NULL;
    page_debug_on_alloc(page);
    page->refs = 1;
    page->owner = NULL;
    page->flags = 0;
    list_init(&page->link);
    if (flags & PAGE_ZEROED)
        memset(page_to_virt(page), 0, PAGE_SIZE << order);
    return page;
}

void page_free(struct page *page)
{
    assert(page >= frames && page < frames + n_frames);
    assert(page->refs == 0);
    page_debug_on_free(page);
    zone_free(&zones[page->zone], page);
}

/*
 * Looking up
 */

struct page *page_find(paddr_t pa)
{
    pfn_t pfn = pa >> PAGE_SHIFT;
    return pfn < n_frames ? &frames[pfn] : NULL;
}

/* A block is aligned to its size, so its head is found in a step an order. */
struct page *page_find_head(struct page *page)
{
    pfn_t pfn = (pfn_t)(page - frames);
    for (unsigned order = 0; order < N_PAGE_ORDERS; order++) {
        struct page *head = &frames[pfn >> order << order];
        if (head->state == PAGE_USED)
            return head->order >= order ? head : NULL;
    }
    return NULL;
}

paddr_t page_to_phys(const struct page *page)
{
    assert(page >= frames && page < frames + n_frames);
    return (paddr_t)(page - frames) << PAGE_SHIFT;
}

size_t page_count_free(void)
{
    size_t n = 0;
    for (enum zone_id id = 0; id < N_ZONES; id++) {
        spin_lock(&zones[id].lock);
        n += zones[id].n_free;
        spin_unlock(&zones[id].lock);
    }
    return n;
}

size_t page_count_all(void)
{
    size_t n = 0;
    for (enum zone_id id = 0; id < N_ZONES; id++)
        n += zones[id].n_managed;
    return n;
}

const char *page_allocator_name(void)
{
    return zones[0].ops->name;
}
