/*
 * arch/x86_64/loader.c - whichever boot loader it was, read what it said.
 *
 * Afterwards the loader's memory may be overwritten, but for what boot_info
 * says is in use.
 */
#include "arch/x86_64/loader.h"

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/direct_map.h"
#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/multiboot2.h"
#include "arch/x86_64/pvh.h"
#include "lib/panic.h"

static int parse(u32 magic, paddr_t info)
{
    if (magic == PVH_MAGIC)
        return pvh_parse(&boot_info, direct_map_view, info);
    if (magic == MULTIBOOT2_LOADER_MAGIC)
        return multiboot2_parse(&boot_info, direct_map_view, info);
    return -EINVAL;
}

/* Keep what is in use, or special, from whoever hands out RAM. */
static int reserve(void)
{
    /* Address 0 means "none" in too many places to be given away. */
    int err = boot_info_add_region(&boot_info, 0, PAGE_SIZE, REGION_RESERVED);
    if (err)
        return err;
    u64 image_len = (u64)(image_end - image_start);
    err = boot_info_add_region(&boot_info, image_to_phys(image_start),
                               image_len, REGION_KERNEL);
    if (err)
        return err;
    boot_info.low_page = boot_info_take(&boot_info, PAGE_SIZE, 1024 * 1024);
    return 0;
}

void loader_read(u32 magic, paddr_t info)
{
    int err = parse(magic, info);
    if (err)
        panic("boot loader: malformed information (error %d)", err);
    err = reserve();
    if (err)
        panic("boot loader: the memory map is too long (error %d)", err);
}
