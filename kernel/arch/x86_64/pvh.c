/*
 * arch/x86_64/pvh.c - read the start information of the PVH boot protocol.
 *
 * Invariants  nothing is read that `view` did not grant
 * Spec        Xen, public/arch-x86/hvm/start_info.h
 * Tests       grade/unit/test_pvh.c
 */
#include "arch/x86_64/pvh.h"

#include "abi/errno.h"
#include "arch/x86_64/e820.h"
#include "lib/string.h"

struct start_info {
    u32 magic;
    u32 version;
    u32 flags;
    u32 n_modules;
    u64 modules;
    u64 cmdline;
    u64 rsdp;
    u64 memory_map; /* from here on: version 1 and later */
    u32 n_memory_map;
    u32 reserved;
};
static_assert(sizeof(struct start_info) == 56, "Xen's ABI");

struct start_module {
    u64 base, len, cmdline, reserved;
};

struct start_region {
    u64 base, len;
    u32 type, reserved;
};

/* Copy the text at `pa`, cut to size - 1 bytes; as much as can be read. */
static void copy_text(char *dst, size_t size, phys_view *view, paddr_t pa)
{
    size_t len = 0;
    while (pa && len < size - 1) {
        const char *c = view(pa + len, 1);
        if (!c || !*c)
            break;
        dst[len++] = *c;
    }
    dst[len] = '\0';
}

static int add_memory(struct boot_info *info, phys_view *view,
                      const struct start_info *start)
{
    for (u32 i = 0; i < start->n_memory_map; i++) {
        struct start_region region;
        const void *at =
            view(start->memory_map + i * sizeof(region), sizeof(region));
        if (!at)
            return -EINVAL;
        memcpy(&region, at, sizeof(region));
        int err = boot_info_add_region(info, region.base, region.len,
                                       e820_region_type(region.type));
        if (err)
            return err;
    }
    return 0;
}

static int add_modules(struct boot_info *info, phys_view *view,
                       const struct start_info *start)
{
    for (u32 i = 0; i < start->n_modules && i < BOOT_MODULE_MAX; i++) {
        struct start_module module;
        const void *at =
            view(start->modules + i * sizeof(module), sizeof(module));
        if (!at)
            return -EINVAL;
        memcpy(&module, at, sizeof(module));
        struct boot_module *m =
            boot_info_add_module(info, module.base, module.len);
        if (!m)
            return -ENOSPC;
        copy_text(m->cmdline, sizeof(m->cmdline), view, module.cmdline);
    }
    return 0;
}

int pvh_parse(struct boot_info *info, phys_view *view, paddr_t at)
{
    struct start_info start;
    const void *bytes = view(at, sizeof(start));
    if (!bytes)
        return -EINVAL;
    memcpy(&start, bytes, sizeof(start));
    if (start.magic != PVH_MAGIC || start.version < 1 || !start.n_memory_map)
        return -EINVAL;

    info->loader = "pvh";
    info->rsdp = start.rsdp;
    copy_text(info->cmdline, sizeof(info->cmdline), view, start.cmdline);
    int err = add_memory(info, view, &start);
    if (err)
        return err;
    return add_modules(info, view, &start);
}
