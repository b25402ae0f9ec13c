/*
 * test/boot.c - what the boot left behind: memory map, interrupt flag, fw_cfg.
 */
#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fw_cfg.h"
#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "core/ktest.h"

static void test_regions(struct ktest_run *t)
{
    paddr_t end = 0;
    u64 ram_len = 0;
    for (size_t i = 0; i < boot_info.n_regions; i++) {
        const struct boot_region *r = &boot_info.regions[i];
        CHECK(t, r->len > 0, "region %zu is empty", i);
        CHECK(t, r->base >= end, "region %zu begins at %#lx, inside of %zu", i,
              r->base, i - 1);
        CHECK_EQ(t, (r->base | r->len) & (PAGE_SIZE - 1), 0);
        end = r->base + r->len;
        ram_len += r->type == REGION_RAM ? r->len : 0;
    }
    CHECK(t, ram_len >= 8u << 20, "only %lu bytes of RAM", ram_len);
}

/* The type of the region that holds `pa`. */
static enum boot_region_type type_at(paddr_t pa)
{
    for (size_t i = 0; i < boot_info.n_regions; i++) {
        const struct boot_region *r = &boot_info.regions[i];
        if (pa >= r->base && pa - r->base < r->len)
            return r->type;
    }
    return REGION_RESERVED;
}

static void test_reserved(struct ktest_run *t)
{
    paddr_t pa = image_to_phys(image_start), end = image_to_phys(image_end);
    for (; pa < end; pa += PAGE_SIZE)
        CHECK_EQ(t, type_at(pa), REGION_KERNEL);
    CHECK_EQ(t, type_at(0), REGION_RESERVED);
    CHECK_EQ(t, type_at(boot_info.low_page), REGION_KERNEL);
}

static void test_irq_flags(struct ktest_run *t)
{
    CHECK(t, irq_are_on(), "tests run with interrupts off");
    irq_push_off();
    irq_push_off();
    bool on_inside = irq_are_on();
    irq_pop_off();
    bool on_between = irq_are_on();
    irq_pop_off();
    CHECK(t, !on_inside, "irq_push_off() left interrupts on");
    CHECK(t, !on_between, "the inner irq_pop_off() turned interrupts on");
    CHECK(t, irq_are_on(), "the outer irq_pop_off() left interrupts off");
}

static void test_fw_cfg(struct ktest_run *t)
{
    struct fw_cfg_file file;
    char text[] = "xxxxxxxxxxx";
    CHECK_EQ(t, fw_cfg_find("opt/quern/no such file", &file), -ENOENT);
    CHECK_EQ(t, fw_cfg_read_text("opt/quern/no such file", text, 8), -ENOENT);
    CHECK_EQ(t, text[0], '\0');
    if (!fw_cfg_is_present()) {
        ktest_skip(t, "this machine has no fw_cfg");
        return;
    }
    /* Its entries are 20 bytes: base, length, type. */
    u8 entry[20] = {0};
    CHECK_EQ(t, fw_cfg_find("etc/e820", &file), 0);
    CHECK_EQ(t, file.size % sizeof(entry), 0);
    CHECK_EQ(t, fw_cfg_read(&file, entry, sizeof(entry)), sizeof(entry));
    CHECK(t, entry[16] >= 1 && entry[16] <= 5, "e820 type %u", entry[16]);
    CHECK_EQ(t, fw_cfg_read_text("etc/e820", text, 8), 7);
    CHECK_EQ(t, text[7], '\0');
    file.size = 4; /* as if it ended there */
    text[4] = 'x';
    CHECK_EQ(t, fw_cfg_read(&file, text, 8), 4);
    CHECK_EQ(t, text[4], 'x');
}

KTEST_SUITE(boot) = {
    {"boot.regions", .run = test_regions},
    {"boot.reserved", .run = test_reserved},
    {"boot.irq_flags", .run = test_irq_flags},
    {"boot.fw_cfg", .run = test_fw_cfg},
    {},
};
