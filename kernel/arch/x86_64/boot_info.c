/*
 * arch/x86_64/boot_info.c - a sorted list of memory regions, and who has them.
 *
 * Everything is rounded to whole pages: RAM inwards, since half a page is no
 * use, and all else outwards, since half a page must not be given away.
 *
 * Invariants  regions are sorted, whole pages, not empty, never overlapping;
 *             neighbours that touch have different types
 * Locks       none: boot CPU only, then immutable
 * Tests       grade/unit/test_boot_info.c
 */
#include "arch/x86_64/boot_info.h"

#include "abi/errno.h"
#include "lib/bits.h"
#include "lib/panic.h"
#include "lib/string.h"

#define PHYS_END ((paddr_t)1 << 52) /* no x86-64 has more address bits */

struct boot_info boot_info;

/* A new list under construction; too large for the boot stack's taste. */
struct draft {
    size_t n;
    struct boot_region regions[BOOT_REGION_MAX];
};
static struct draft draft;

static paddr_t region_end(const struct boot_region *r)
{
    return r->base + r->len;
}

static paddr_t min(paddr_t a, paddr_t b)
{
    return a < b ? a : b;
}

static paddr_t max(paddr_t a, paddr_t b)
{
    return a > b ? a : b;
}

/* Append [base, end), if that is anything. */
static int draft_add(paddr_t base, paddr_t end, enum boot_region_type type)
{
    if (base >= end)
        return 0;
    struct boot_region *last = draft.n ? &draft.regions[draft.n - 1] : NULL;
    assert(!last || region_end(last) <= base);
    if (last && last->type == type && region_end(last) == base) {
        last->len += end - base;
        return 0;
    }
    if (draft.n == BOOT_REGION_MAX)
        return -ENOSPC;
    draft.regions[draft.n++] = (struct boot_region){base, end - base, type};
    return 0;
}

/* Append `r`, whose part inside [base, end) may change its type. */
static int draft_add_cut(const struct boot_region *r, paddr_t base, paddr_t end,
                         enum boot_region_type type)
{
    paddr_t low = max(base, r->base), high = min(end, region_end(r));
    if (low >= high || type <= r->type)
        return draft_add(r->base, region_end(r), r->type);
    int err = draft_add(r->base, low, r->type);
    if (!err)
        err = draft_add(low, high, type);
    if (!err)
        err = draft_add(high, region_end(r), r->type);
    return err;
}

int boot_info_add_region(struct boot_info *info, paddr_t base, u64 len,
                         enum boot_region_type type)
{
    if (len == 0)
        return 0; /* rounded outwards it would be a page */
    base = min(base, PHYS_END);
    paddr_t end = base + min(len, PHYS_END - base);
    bool is_ram = type == REGION_RAM;
    base = is_ram ? align_up(base, PAGE_SIZE) : align_down(base, PAGE_SIZE);
    end = is_ram ? align_down(end, PAGE_SIZE) : align_up(end, PAGE_SIZE);

    draft.n = 0;
    paddr_t at = base; /* what lies below has been added */
    for (size_t i = 0; i < info->n_regions; i++) {
        const struct boot_region *r = &info->regions[i];
        int err = draft_add(at, min(end, r->base), type);
        if (!err)
            err = draft_add_cut(r, base, end, type);
        if (err)
            return err;
        at = max(at, region_end(r));
    }
    int err = draft_add(at, end, type);
    if (err)
        return err;
    memcpy(info->regions, draft.regions, draft.n * sizeof(draft.regions[0]));
    info->n_regions = draft.n;
    return 0;
}

struct boot_module *boot_info_add_module(struct boot_info *info, paddr_t base,
                                         u64 len)
{
    if (info->n_modules == BOOT_MODULE_MAX ||
        boot_info_add_region(info, base, len, REGION_KERNEL))
        return NULL;
    struct boot_module *module = &info->modules[info->n_modules++];
    *module = (struct boot_module){.base = base, .len = len};
    return module;
}

bool boot_info_check_screen(const struct boot_screen *screen)
{
    u64 cell = screen->type == SCREEN_TEXT ? 2 : screen->bits_per_pixel / 8;
    bool is_known = screen->type == SCREEN_TEXT ||
                    (cell >= 2 && cell <= 4 && screen->bits_per_pixel % 8 == 0);
    u64 top =
        max(screen->red_shift, max(screen->green_shift, screen->blue_shift));
    return is_known && screen->width && screen->height && top < cell * 8 &&
           (u64)screen->width * cell <= screen->pitch;
}

paddr_t boot_info_take(struct boot_info *info, u64 len, paddr_t limit)
{
    assert(len > 0 && len <= PHYS_END);
    len = align_up(len, PAGE_SIZE);
    limit = align_down(limit, PAGE_SIZE);
    for (size_t i = info->n_regions; i-- > 0;) {
        const struct boot_region *r = &info->regions[i];
        paddr_t end = min(region_end(r), limit);
        if (r->type != REGION_RAM || end < r->base || end - r->base < len)
            continue;
        if (boot_info_add_region(info, end - len, len, REGION_KERNEL))
            return 0;
        return end - len;
    }
    return 0;
}

paddr_t boot_info_ram_end(const struct boot_info *info)
{
    for (size_t i = info->n_regions; i-- > 0;)
        if (info->regions[i].type != REGION_RESERVED)
            return region_end(&info->regions[i]);
    return 0;
}
