/*
 * test_boot_info.c - the list of memory regions, against an array of pages.
 *
 * Sources: arch/x86_64/boot_info.c
 */
#include "firmware.h"

#include "abi/errno.h"

enum { N_PAGES = 512, NOTHING = -1 };

static int pages[N_PAGES]; /* the oracle: a type, or NOTHING */

static int region_type_at(const struct boot_info *info, paddr_t pa)
{
    for (size_t i = 0; i < info->n_regions; i++) {
        const struct boot_region *r = &info->regions[i];
        if (pa >= r->base && pa - r->base < r->len)
            return (int)r->type;
    }
    return NOTHING;
}

static void expect_like_oracle(const struct boot_info *info)
{
    expect_sound(info);
    for (int i = 0; i < N_PAGES; i++)
        EXPECT_EQ(region_type_at(info, i * PAGE_SIZE), pages[i]);
}

/* A page is RAM if all of it is; it is anything else if any of it is. */
static void oracle_add(paddr_t base, u64 len, int type)
{
    for (int i = 0; i < N_PAGES; i++) {
        paddr_t start = i * PAGE_SIZE, end = start + PAGE_SIZE;
        bool is_all = base <= start && end <= base + len;
        bool is_any = base < end && start < base + len && len > 0;
        if ((type == REGION_RAM ? is_all : is_any) && type > pages[i])
            pages[i] = type;
    }
}

static void test_random_regions(u64 seed)
{
    unit_case("random regions, seed %llu", (unsigned long long)seed);
    struct random random;
    struct boot_info info = {0};
    random_seed(&random, seed);
    for (int i = 0; i < N_PAGES; i++)
        pages[i] = NOTHING;
    for (int i = 0; i < 60; i++) {
        paddr_t base = random_below(&random, N_PAGES * PAGE_SIZE);
        u64 len = random_below(&random, N_PAGES * PAGE_SIZE - base);
        int type = (int)random_below(&random, 4);
        if (random_below(&random, 2))
            len /= 16;
        int err = boot_info_add_region(&info, base, len, type);
        EXPECT_EQ(err, 0);
        oracle_add(base, len, type);
        expect_like_oracle(&info);
    }
}

static void test_take(u64 seed)
{
    unit_case("take, seed %llu", (unsigned long long)seed);
    struct random random;
    struct boot_info info = {0};
    random_seed(&random, seed);
    for (int i = 0; i < N_PAGES; i++)
        pages[i] = NOTHING;
    EXPECT_EQ(boot_info_add_region(&info, 4096, 200 << 12, REGION_RAM), 0);
    EXPECT_EQ(boot_info_add_region(&info, 300 << 12, 200 << 12, 0), 0);
    oracle_add(4096, 200 << 12, REGION_RAM);
    oracle_add(300 << 12, 200 << 12, REGION_RAM);
    for (int i = 0; i < 100; i++) {
        u64 len = 1 + random_below(&random, 20 * PAGE_SIZE);
        paddr_t limit = random_below(&random, N_PAGES * PAGE_SIZE);
        paddr_t pa = boot_info_take(&info, len, limit);
        if (pa) {
            u64 whole = (len + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
            EXPECT(pa % PAGE_SIZE == 0 && pa + whole <= limit);
            for (paddr_t at = pa; at < pa + whole; at += PAGE_SIZE)
                EXPECT_EQ(pages[at / PAGE_SIZE], REGION_RAM);
            oracle_add(pa, whole, REGION_KERNEL);
        }
        expect_like_oracle(&info);
    }
    EXPECT_EQ(boot_info_ram_end(&info), (u64)500 << 12);
    EXPECT_EQ(boot_info_take(&info, 1 << 20, ~0ull), 0);
}

static void test_take_all(void)
{
    unit_case("take all");
    struct boot_info info = {0};
    EXPECT_EQ(boot_info_add_region(&info, 4096, 8 << 12, REGION_RAM), 0);
    for (int i = 0; i < 8; i++)
        EXPECT(boot_info_take(&info, 1, ~0ull) != 0);
    EXPECT_EQ(boot_info_take(&info, 1, ~0ull), 0);
    EXPECT_EQ(info.n_regions, 1);
    EXPECT_PANIC(boot_info_take(&info, 0, ~0ull));
}

static void test_full(void)
{
    unit_case("a full list");
    struct boot_info info = {0}, before;
    for (u64 i = 0; i < BOOT_REGION_MAX; i++)
        EXPECT_EQ(boot_info_add_region(&info, i << 13, 4096, REGION_RAM), 0);
    before = info;
    u64 beyond = (u64)BOOT_REGION_MAX << 13;
    EXPECT_EQ(boot_info_add_region(&info, beyond, 4096, 0), -ENOSPC);
    EXPECT(memcmp(&before, &info, sizeof(info)) == 0, "it changed");
    EXPECT(!boot_info_add_module(&info, beyond, 4096));
    EXPECT(memcmp(&before, &info, sizeof(info)) == 0, "it changed");
    /* What joins two regions makes room. */
    EXPECT_EQ(boot_info_add_region(&info, 4096, 4096, REGION_RAM), 0);
    EXPECT_EQ(info.n_regions, BOOT_REGION_MAX - 1);
    expect_sound(&info);
}

static void test_edges(void)
{
    unit_case("edges of the address space");
    struct boot_info info = {0};
    EXPECT_EQ(boot_info_add_region(&info, ~0ull - 5, ~0ull, 3), 0);
    EXPECT_EQ(boot_info_add_region(&info, 0x1800, 0, REGION_RESERVED), 0);
    EXPECT_EQ(info.n_regions, 0);
    EXPECT_EQ(boot_info_add_region(&info, 1ull << 51, ~0ull, 0), 0);
    expect_sound(&info);
    EXPECT_EQ(boot_info_ram_end(&info), 1ull << 52);
    EXPECT_EQ(boot_info_add_region(&info, 0, ~0ull, REGION_RESERVED), 0);
    EXPECT_EQ(info.n_regions, 1);
    EXPECT_EQ(boot_info_ram_end(&info), 0);
}

static void test_screen(u64 seed)
{
    unit_case("screens, seed %llu", (unsigned long long)seed);
    struct random random;
    random_seed(&random, seed);
    for (int i = 0; i < 2000; i++) {
        struct boot_screen s = {
            .type = 1 + random_below(&random, 2),
            .pitch = (u32)random_below(&random, 100),
            .width = (u32)random_below(&random, 40),
            .height = (u32)random_below(&random, 3),
            .bits_per_pixel = (u8)random_below(&random, 40),
            .red_shift = (u8)random_below(&random, 40),
        };
        u64 cell = s.type == SCREEN_TEXT ? 2 : s.bits_per_pixel / 8;
        if (!boot_info_check_screen(&s))
            continue;
        EXPECT(s.height > 0 && s.width > 0 && s.width * cell <= s.pitch);
        EXPECT(s.type == SCREEN_TEXT || s.bits_per_pixel == 16 ||
               s.bits_per_pixel == 24 || s.bits_per_pixel == 32);
        EXPECT(s.red_shift < cell * 8);
    }
    struct boot_screen good = {.type = SCREEN_RGB,
                               .pitch = 4096,
                               .width = 1024,
                               .height = 768,
                               .bits_per_pixel = 32,
                               .red_shift = 16,
                               .green_shift = 8};
    EXPECT(boot_info_check_screen(&good));
    good.width = 1025;
    EXPECT(!boot_info_check_screen(&good));
    struct boot_screen text = {
        .type = SCREEN_TEXT, .pitch = 160, .width = 80, .height = 25};
    EXPECT(boot_info_check_screen(&text));
}

int main(void)
{
    (void)firmware_view, (void)firmware_end_views, (void)firmware_flip;
    for (u64 seed = 1; seed <= 30; seed++) {
        test_random_regions(seed);
        test_take(seed);
    }
    test_take_all();
    test_full();
    test_edges();
    test_screen(1);
    return 0;
}
