/*
 * firmware.h - physical memory as hostile firmware would fill it.
 *
 * Parsers see it through firmware_view(), which hands out a fresh copy of
 * exactly the bytes asked for: AddressSanitizer then catches any look beside
 * them.  For tests of arch/x86_64's parsers; include it once.
 */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include "arch/x86_64/boot_info.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { FIRMWARE_SIZE = 8192, FIRMWARE_VIEWS_MAX = 65536 };
#define FIRMWARE_BASE ((paddr_t)0x9d000)

static u8 firmware[FIRMWARE_SIZE]; /* lies at FIRMWARE_BASE */
static u64 firmware_len;           /* bytes of it that can be read */
static void *firmware_views[FIRMWARE_VIEWS_MAX];
static size_t n_firmware_views;

/* The phys_view that parsers get. */
static const void *firmware_view(paddr_t pa, u64 len)
{
    u64 at = pa - FIRMWARE_BASE;
    if (pa < FIRMWARE_BASE || at > firmware_len || len > firmware_len - at)
        return NULL;
    EXPECT(n_firmware_views < FIRMWARE_VIEWS_MAX, "a parser without end");
    void *copy = malloc(len ? len : 1);
    memcpy(copy, firmware + at, len);
    return firmware_views[n_firmware_views++] = copy;
}

/* Take back all that was handed out; a parser may not keep any of it. */
static void firmware_end_views(void)
{
    while (n_firmware_views > 0)
        free(firmware_views[--n_firmware_views]);
}

/* Flip up to four random bits among the first `len` bytes. */
static void firmware_flip(struct random *random, u64 len)
{
    for (u64 n = 1 + random_below(random, 4); n > 0; n--)
        firmware[random_below(random, len)] ^= 1u << random_below(random, 8);
}

/* What must hold of a boot_info, whatever the loader said. */
__attribute__((unused)) static void expect_sound(const struct boot_info *info)
{
    paddr_t end = 0;
    EXPECT(info->n_regions <= BOOT_REGION_MAX);
    EXPECT(info->n_modules <= BOOT_MODULE_MAX);
    EXPECT(memchr(info->cmdline, 0, sizeof(info->cmdline)));
    for (size_t i = 0; i < info->n_modules; i++)
        EXPECT(memchr(info->modules[i].cmdline, 0, 64));
    for (size_t i = 0; i < info->n_regions; i++) {
        const struct boot_region *r = &info->regions[i];
        EXPECT(r->len > 0 && (r->base | r->len) % PAGE_SIZE == 0);
        EXPECT(i == 0 || r->base >= end);
        EXPECT(i == 0 || r->base > end || r->type != r[-1].type);
        EXPECT(r->type <= REGION_RESERVED);
        end = r->base + r->len;
        EXPECT(end > r->base && end <= (u64)1 << 52);
    }
    if (info->screen.type != SCREEN_NONE)
        EXPECT(boot_info_check_screen(&info->screen));
}

#endif
