/*
 * test_pvh.c - PVH start information: sound, cut short, and damaged.
 *
 * Sources: arch/x86_64/pvh.c arch/x86_64/boot_info.c
 */
#include "firmware.h"

#include "abi/errno.h"
#include "arch/x86_64/pvh.h"

enum { /* offsets in firmware[] */
       MODULES = 64,
       MEMORY = 128,
       CMDLINE = 512,
       MODULE_CMDLINE = 2048,
       GOOD_LEN = 2056,
       N_MEMORY = 5,
};

static void put32(u64 at, u32 value)
{
    memcpy(firmware + at, &value, sizeof(value));
}

static void put64(u64 at, u64 value)
{
    memcpy(firmware + at, &value, sizeof(value));
}

static void put_memory(int i, u64 base, u64 len, u32 type)
{
    put64(MEMORY + i * 24, base);
    put64(MEMORY + i * 24 + 8, len);
    put32(MEMORY + i * 24 + 16, type);
}

/* What QEMU tells of a machine with 64 MiB and an initial ramdisk. */
static void make_good(void)
{
    memset(firmware, 0, sizeof(firmware));
    firmware_len = GOOD_LEN;
    put32(0, PVH_MAGIC);
    put32(4, 1);
    put32(12, 1);
    put64(16, FIRMWARE_BASE + MODULES);
    put64(24, FIRMWARE_BASE + CMDLINE);
    put64(32, 0xf5aa0);
    put64(40, FIRMWARE_BASE + MEMORY);
    put32(48, N_MEMORY);
    put64(MODULES, 0x3000000);
    put64(MODULES + 8, 0x1234);
    put64(MODULES + 16, FIRMWARE_BASE + MODULE_CMDLINE);
    put_memory(0, 0, 0x9fc00, 1);
    put_memory(1, 0x9fc00, 0x400, 2);
    put_memory(2, 0xf0000, 0x10000, 2);
    put_memory(3, 0x100000, 0x3ee0000, 1);
    put_memory(4, 0x3fe0000, 0x20000, 3);
    strcpy((char *)firmware + CMDLINE, "quiet tests=none");
    strcpy((char *)firmware + CMDLINE + 20, "behind the end");
    strcpy((char *)firmware + MODULE_CMDLINE, "initrd");
}

static int parse(struct boot_info *info)
{
    memset(info, 0, sizeof(*info));
    int err = pvh_parse(info, firmware_view, FIRMWARE_BASE);
    firmware_end_views();
    expect_sound(info);
    return err;
}

static void test_good(void)
{
    unit_case("sound information");
    struct boot_info info;
    make_good();
    EXPECT_EQ(parse(&info), 0);
    EXPECT(strcmp(info.loader, "pvh") == 0);
    EXPECT(strcmp(info.cmdline, "quiet tests=none") == 0);
    EXPECT_EQ(info.cmdline[20], '\0');
    EXPECT_EQ(info.rsdp, 0xf5aa0);
    EXPECT_EQ(info.n_modules, 1);
    EXPECT_EQ(info.modules[0].base, 0x3000000);
    EXPECT_EQ(info.modules[0].len, 0x1234);
    EXPECT(strcmp(info.modules[0].cmdline, "initrd") == 0);
    static const struct boot_region want[] = {
        {0, 0x9f000, REGION_RAM},
        {0x9f000, 0x1000, REGION_RESERVED},
        {0xf0000, 0x10000, REGION_RESERVED},
        {0x100000, 0x2f00000, REGION_RAM},
        {0x3000000, 0x2000, REGION_KERNEL},
        {0x3002000, 0xfde000, REGION_RAM},
        {0x3fe0000, 0x20000, REGION_ACPI},
    };
    EXPECT_EQ(info.n_regions, ARRAY_LEN(want));
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        EXPECT_EQ(info.regions[i].base, want[i].base);
        EXPECT_EQ(info.regions[i].len, want[i].len);
        EXPECT_EQ(info.regions[i].type, want[i].type);
    }
}

static void test_refused(void)
{
    unit_case("no start information");
    struct boot_info info;
    make_good();
    put32(0, PVH_MAGIC + 1);
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    put32(4, 0); /* version 0 has no memory map */
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    put32(48, 0);
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    put64(40, ~0ull - 10); /* the map's address wraps */
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    put32(48, ~0u);
    EXPECT_EQ(parse(&info), -EINVAL);
}

static void test_long_text(void)
{
    unit_case("a command line without end");
    struct boot_info info;
    make_good();
    memset(firmware + CMDLINE, 'x', GOOD_LEN - CMDLINE);
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(strlen(info.cmdline), BOOT_CMDLINE_MAX - 1);
    EXPECT_EQ(strlen(info.modules[0].cmdline), GOOD_LEN - MODULE_CMDLINE);
    put64(24, 0);
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.cmdline[0], '\0');
}

static void test_truncated(void)
{
    struct boot_info info;
    for (u64 len = 0; len < GOOD_LEN; len++) {
        unit_case("cut to %d bytes", (int)len);
        make_good();
        firmware_len = len;
        int err = parse(&info);
        EXPECT(err == 0 || len < MEMORY + N_MEMORY * 24);
        EXPECT(err == -EINVAL || len >= MEMORY + N_MEMORY * 24);
    }
}

static void test_flipped(void)
{
    struct random random;
    struct boot_info info;
    random_seed(&random, 1);
    for (int i = 0; i < 20000; i++) {
        unit_case("flips, round %d", i);
        make_good();
        firmware_flip(&random, i % 2 ? 56 : MEMORY + N_MEMORY * 24);
        (void)parse(&info);
    }
}

int main(void)
{
    test_good();
    test_refused();
    test_long_text();
    test_truncated();
    test_flipped();
    return 0;
}
