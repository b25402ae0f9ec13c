/*
 * test_multiboot2.c - Multiboot2 information: sound, cut short, and damaged.
 *
 * Sources: arch/x86_64/multiboot2.c arch/x86_64/boot_info.c
 */
#include "firmware.h"

#include "abi/errno.h"
#include "arch/x86_64/multiboot2.h"

/* Start the information over at firmware[at]. */
static u64 at;

static void put(const void *bytes, u64 len)
{
    memcpy(firmware + at, bytes, len);
    at += len;
}

static void put32(u32 value)
{
    put(&value, sizeof(value));
}

static void put64(u64 value)
{
    put(&value, sizeof(value));
}

/* A tag with `len` bytes after its type and size, which the caller puts. */
static void put_tag(u32 type, u64 len)
{
    at = (at + 7) / 8 * 8;
    put32(type);
    put32((u32)len + 8);
}

static void put_memory(u64 base, u64 len, u32 type)
{
    put64(base);
    put64(len);
    put32(type);
    put32(0);
}

static void put_framebuffer(u8 type, u32 width)
{
    put_tag(8, type == 1 ? 30 : 24);
    put64(0xfd000000);
    put32(4096);
    put32(width);
    put32(768);
    put((u8[]){32, type, 0, 0}, 4);
    if (type == 1)
        put((u8[]){16, 8, 8, 8, 0, 8}, 6);
}

static void begin(void)
{
    memset(firmware, 0, sizeof(firmware));
    at = 8;
}

static void end(void)
{
    put_tag(0, 0);
    u32 len = (u32)at;
    memcpy(firmware, &len, sizeof(len));
    firmware_len = at;
}

static void put_memory_map(void)
{
    put_tag(6, 8 + 4 * 24);
    put32(24);
    put32(0);
    put_memory(0, 0x9fc00, 1);
    put_memory(0x9fc00, 0x400, 2);
    put_memory(0x100000, 0x3ee0000, 1);
    put_memory(0x3fe0000, 0x20000, 20);
}

static void make_good(void)
{
    begin();
    put_tag(1, 11);
    put("quiet x=12", 11);
    put_tag(3, 8 + 5);
    put32(0x3000000);
    put32(0x3001234);
    put("root", 5);
    put_tag(77, 3); /* of a future protocol */
    put("abc", 3);
    put_memory_map();
    put_framebuffer(1, 1024);
    put_tag(15, 36);
    put("RSD PTR 2 and what follows, 36 bytes", 36);
    put_tag(14, 20);
    put("RSD PTR 1, 20 bytes.", 20);
    end();
}

static int parse(struct boot_info *info)
{
    memset(info, 0, sizeof(*info));
    int err = multiboot2_parse(info, firmware_view, FIRMWARE_BASE);
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
    EXPECT(strcmp(info.loader, "multiboot2") == 0);
    EXPECT(strcmp(info.cmdline, "quiet x=12") == 0);
    EXPECT_EQ(info.n_modules, 1);
    EXPECT_EQ(info.modules[0].base, 0x3000000);
    EXPECT_EQ(info.modules[0].len, 0x1234);
    EXPECT(strcmp(info.modules[0].cmdline, "root") == 0);
    EXPECT_EQ(info.screen.type, SCREEN_RGB);
    EXPECT_EQ(info.screen.base, 0xfd000000);
    EXPECT_EQ(info.screen.pitch, 4096);
    EXPECT_EQ(info.screen.width, 1024);
    EXPECT_EQ(info.screen.height, 768);
    EXPECT_EQ(info.screen.bits_per_pixel, 32);
    EXPECT_EQ(info.screen.red_shift, 16);
    EXPECT_EQ(info.screen.green_shift, 8);
    EXPECT_EQ(info.screen.blue_shift, 0);
    EXPECT_EQ(boot_info_ram_end(&info), 0x3fe0000);
    u64 rsdp = info.rsdp - FIRMWARE_BASE;
    EXPECT(rsdp < firmware_len);
    EXPECT(memcmp(firmware + rsdp, "RSD PTR 2", 9) == 0);
    /* The RSDP is a copy in there: it must not be given away. */
    EXPECT_EQ(boot_info_take(&info, 1, FIRMWARE_BASE + PAGE_SIZE),
              FIRMWARE_BASE - PAGE_SIZE);
}

static void test_screens(void)
{
    unit_case("screens");
    struct boot_info info;
    begin();
    put_memory_map();
    put_framebuffer(2, 80);
    end();
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.screen.type, SCREEN_TEXT);
    begin();
    put_memory_map();
    put_framebuffer(0, 1024); /* a palette */
    end();
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.screen.type, SCREEN_NONE);
    begin();
    put_memory_map();
    put_framebuffer(1, 1025); /* wider than its rows are long */
    end();
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.screen.type, SCREEN_NONE);
}

static void test_text_ends_with_tag(void)
{
    unit_case("texts without a zero");
    struct boot_info info;
    begin();
    put_memory_map();
    put_tag(1, 3);
    put("abcdefgh", 8); /* five of them are padding */
    put_tag(3, 8 + 2);
    put32(0x3000000);
    put32(0x3000000);
    put("xyz", 3);
    end();
    EXPECT_EQ(parse(&info), 0);
    EXPECT(strcmp(info.cmdline, "abc") == 0);
    EXPECT(strcmp(info.modules[0].cmdline, "xy") == 0);
}

static void test_refused(void)
{
    unit_case("malformed tags");
    struct boot_info info;
    begin();
    end();
    EXPECT_EQ(parse(&info), -EINVAL);       /* no memory map */
    for (u32 size = 0; size < 16; size++) { /* entries of 24 bytes */
        begin();
        put_tag(6, 8 + 24);
        put32(size);
        put32(0);
        put_memory(0, 0x9fc00, 1);
        end();
        EXPECT_EQ(parse(&info), -EINVAL);
    }
    begin();
    put_memory_map();
    put_tag(8, 23);
    at += 23;
    end();
    EXPECT_EQ(parse(&info), -EINVAL); /* no room for a screen's type */
    for (u32 type = 14; type <= 15; type++) {
        begin();
        put_memory_map();
        put_tag(type, type == 14 ? 19 : 35);
        at += type == 14 ? 19 : 35;
        end();
        EXPECT_EQ(parse(&info), -EINVAL); /* half an RSDP */
    }
    begin();
    put_memory_map();
    put_tag(3, 8);
    put32(0x3001000);
    put32(0x3000000); /* ends before it begins */
    end();
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    firmware[8 + 4] = 7; /* shorter than its own head */
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    memset(firmware, 0xff, 4); /* the total size */
    EXPECT_EQ(parse(&info), -EINVAL);
    make_good();
    EXPECT_EQ(multiboot2_parse(&info, firmware_view, FIRMWARE_BASE + 4),
              -EINVAL);
    firmware_end_views();
}

static void test_truncated(void)
{
    struct boot_info info;
    make_good();
    for (u32 len = 0, good_len = (u32)at; len < good_len; len++) {
        unit_case("memory ends after %u bytes", len);
        make_good();
        firmware_len = len;
        EXPECT_EQ(parse(&info), -EINVAL);
        unit_case("total size is %u bytes", len);
        make_good();
        memcpy(firmware, &len, sizeof(len));
        EXPECT_EQ(parse(&info), -EINVAL);
    }
}

static void test_flipped(void)
{
    struct random random;
    struct boot_info info;
    random_seed(&random, 2);
    for (int i = 0; i < 20000; i++) {
        unit_case("flips, round %d", i);
        make_good();
        firmware_flip(&random, at);
        (void)parse(&info);
    }
}

int main(void)
{
    test_good();
    test_screens();
    test_text_ends_with_tag();
    test_refused();
    test_truncated();
    test_flipped();
    return 0;
}
