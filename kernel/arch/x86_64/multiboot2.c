/*
 * arch/x86_64/multiboot2.c - read the tags of the Multiboot2 protocol.
 *
 *     total size, 0 | type, size, ... | type, size, ... | 0, 8
 *
 * Each tag begins at a multiple of 8; its size says where it ends, without the
 * padding.  A handler gets one whole tag in a buffer that has been bounded
 * already, and checks that its own fields fit into the tag.
 *
 * Invariants  nothing is read beyond the tag, the tag list, or `view`
 * Spec        Multiboot2 Specification 2.0, section 3.6
 * Tests       grade/unit/test_multiboot2.c
 */
#include "arch/x86_64/multiboot2.h"

#include "abi/errno.h"
#include "arch/x86_64/e820.h"
#include "lib/bits.h"
#include "lib/string.h"

enum {
    TAG_END = 0,
    TAG_CMDLINE = 1,
    TAG_MODULE = 3,
    TAG_MEMORY_MAP = 6,
    TAG_FRAMEBUFFER = 8,
    TAG_RSDP_1 = 14,
    TAG_RSDP_2 = 15,
    TAGS_LEN_MAX = 1 << 20, /* of all tags; GRUB's take 1 or 2 KiB */
    RSDP_1_LEN = 20,        /* what acpi.c will look at */
    RSDP_2_LEN = 36,
};

struct tag {
    u32 type, size;
};

struct module_tag {
    struct tag tag;
    u32 start, end;
    char cmdline[];
};

struct memory_map_tag {
    struct tag tag;
    u32 entry_size, entry_version;
    char entries[];
};

struct memory_map_entry {
    u64 base, len;
    u32 type, reserved;
};

struct framebuffer_tag {
    struct tag tag;
    u64 base;
    u32 pitch, width, height;
    u8 bits_per_pixel, type;
    u16 reserved;
    u8 red_shift, red_bits, green_shift, green_bits, blue_shift, blue_bits;
} PACKED;
enum { FRAMEBUFFER_RGB = 1, FRAMEBUFFER_TEXT = 2, FRAMEBUFFER_PLAIN_LEN = 32 };
static_assert(sizeof(struct framebuffer_tag) == 38, "section 3.6.12");

/* Copy text that ends with its zero or with the tag's `len` bytes. */
static void copy_text(char *dst, size_t size, const char *src, size_t len)
{
    size_t n = 0;
    while (n < len && n < size - 1 && src[n])
        n++;
    memcpy(dst, src, n);
    dst[n] = '\0';
}

static int read_cmdline(struct boot_info *info, const struct tag *tag)
{
    copy_text(info->cmdline, sizeof(info->cmdline), (const char *)(tag + 1),
              tag->size - sizeof(*tag));
    return 0;
}

static int read_module(struct boot_info *info, const struct tag *tag)
{
    const struct module_tag *mod = (const void *)tag;
    if (tag->size < sizeof(*mod) || mod->end < mod->start)
        return -EINVAL;
    if (info->n_modules == BOOT_MODULE_MAX)
        return 0;
    struct boot_module *m =
        boot_info_add_module(info, mod->start, mod->end - mod->start);
    if (!m)
        return -ENOSPC;
    copy_text(m->cmdline, sizeof(m->cmdline), mod->cmdline,
              tag->size - sizeof(*mod));
    return 0;
}

static int read_memory_map(struct boot_info *info, const struct tag *tag)
{
    const struct memory_map_tag *map = (const void *)tag;
    if (tag->size < sizeof(*map) ||
        map->entry_size < sizeof(struct memory_map_entry))
        return -EINVAL;
    size_t len = tag->size - sizeof(*map);
    for (size_t at = 0; len - at >= map->entry_size; at += map->entry_size) {
        struct memory_map_entry entry;
        memcpy(&entry, map->entries + at, sizeof(entry));
        int err = boot_info_add_region(info, entry.base, entry.len,
                                       e820_region_type(entry.type));
        if (err)
            return err;
    }
    return 0;
}

static int read_framebuffer(struct boot_info *info, const struct tag *tag)
{
    struct framebuffer_tag fb = {0};
    if (tag->size < FRAMEBUFFER_PLAIN_LEN)
        return -EINVAL;
    memcpy(&fb, tag, tag->size < sizeof(fb) ? tag->size : sizeof(fb));
    if (fb.type == FRAMEBUFFER_RGB && tag->size < sizeof(fb))
        return -EINVAL;
    if (fb.type != FRAMEBUFFER_RGB && fb.type != FRAMEBUFFER_TEXT)
        return 0; /* palettes are of another age: no screen */
    struct boot_screen screen = {
        .type = fb.type == FRAMEBUFFER_RGB ? SCREEN_RGB : SCREEN_TEXT,
        .base = fb.base,
        .pitch = fb.pitch,
        .width = fb.width,
        .height = fb.height,
        .bits_per_pixel = fb.bits_per_pixel,
        .red_shift = fb.red_shift,
        .green_shift = fb.green_shift,
        .blue_shift = fb.blue_shift,
    };
    if (boot_info_check_screen(&screen))
        info->screen = screen; /* else we live without one */
    return 0;
}

/* The tag at `pa` holds a copy of the RSDP.  Revision 2 is better than 1,
 * whichever comes first. */
static int read_rsdp(struct boot_info *info, const struct tag *tag, paddr_t pa)
{
    bool is_2 = tag->type == TAG_RSDP_2;
    if (tag->size - sizeof(*tag) < (is_2 ? RSDP_2_LEN : RSDP_1_LEN))
        return -EINVAL;
    if (is_2 || !info->rsdp)
        info->rsdp = pa + sizeof(*tag);
    return 0;
}

static int read_tag(struct boot_info *info, const struct tag *tag, paddr_t pa)
{
    switch (tag->type) {
    case TAG_CMDLINE:
        return read_cmdline(info, tag);
    case TAG_MODULE:
        return read_module(info, tag);
    case TAG_MEMORY_MAP:
        return read_memory_map(info, tag);
    case TAG_FRAMEBUFFER:
        return read_framebuffer(info, tag);
    case TAG_RSDP_1:
    case TAG_RSDP_2:
        return read_rsdp(info, tag, pa);
    default:
        return 0;
    }
}

int multiboot2_parse(struct boot_info *info, phys_view *view, paddr_t start)
{
    const u32 *total = view(start, 8);
    if (!total || !is_aligned(start, 8))
        return -EINVAL;
    u32 len = *total;
    const char *tags = len <= TAGS_LEN_MAX ? view(start, len) : NULL;
    if (!tags)
        return -EINVAL;

    info->loader = "multiboot2";
    for (u64 at = 8; at + sizeof(struct tag) <= len;) {
        const struct tag *tag = (const void *)(tags + at);
        if (tag->size < sizeof(*tag) || tag->size > len - at)
            return -EINVAL;
        if (tag->type == TAG_END)
            return info->n_regions
                       ? boot_info_add_region(info, start, len, REGION_KERNEL)
                       : -EINVAL;
        int err = read_tag(info, tag, start + at);
        if (err)
            return err;
        at = align_up(at + tag->size, 8);
    }
    return -EINVAL; /* no end tag: it was cut */
}
