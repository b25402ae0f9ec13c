/*
 * test_acpi.c - ACPI tables: sound, cut short, and damaged.
 *
 * Sources: arch/x86_64/acpi.c arch/x86_64/boot_info.c
 */
#include "firmware.h"

#include "abi/errno.h"
#include "arch/x86_64/acpi.h"

enum { /* offsets in firmware[] */
       RSDP = 0,
       RSDT = 64,
       XSDT = 128,
       MADT = 256,
       FADT = 512,
       FADT_LEN = 244,
       GOOD_LEN = FADT + FADT_LEN,
};

static void put32(u64 at, u32 value)
{
    memcpy(firmware + at, &value, sizeof(value));
}

static void put64(u64 at, u64 value)
{
    memcpy(firmware + at, &value, sizeof(value));
}

/* Make the `len` bytes at `at` sum to zero through the byte at `where`. */
static void seal(u64 at, u64 len, u64 where)
{
    u8 sum = 0;
    firmware[where] = 0;
    for (u64 i = 0; i < len; i++)
        sum += firmware[at + i];
    firmware[where] = -sum;
}

static void seal_table(u64 at)
{
    u32 len;
    memcpy(&len, firmware + at + 4, sizeof(len));
    seal(at, len, at + 9);
}

static void begin_table(u64 at, const char *signature, u32 len)
{
    memcpy(firmware + at, signature, 4);
    put32(at + 4, len);
}

static void put_root(u64 at, const char *signature, u64 width)
{
    begin_table(at, signature, (u32)(36 + 3 * width));
    put32(at + 36, FIRMWARE_BASE + FADT);
    put32(at + 36 + width, 0xfee1dead); /* leads nowhere */
    put32(at + 36 + 2 * width, FIRMWARE_BASE + MADT);
    seal_table(at);
}

static u64 entry_at; /* where the MADT's next entry goes */

static void put_entry(const u8 *bytes)
{
    memcpy(firmware + entry_at, bytes, bytes[1]);
    entry_at += bytes[1];
    put32(MADT + 4, (u32)(entry_at - MADT));
    seal_table(MADT);
}

static void put_madt(void)
{
    begin_table(MADT, "APIC", 44);
    put32(MADT + 36, 0xfee00000);
    entry_at = MADT + 44;
    put_entry((u8[]){0, 8, 0, 0, 1, 0, 0, 0});
    put_entry((u8[]){0, 8, 1, 9, 1, 0, 0, 0});
    put_entry((u8[]){0, 8, 2, 4, 0, 0, 0, 0}); /* can't be used */
    put_entry((u8[]){0x7f, 3, 0});             /* of a future revision */
    put_entry((u8[]){1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0});
    put_entry((u8[]){2, 10, 0, 0, 2, 0, 0, 0, 0, 0});   /* the timer */
    put_entry((u8[]){2, 10, 0, 9, 20, 0, 0, 0, 15, 0}); /* low, level */
}

static void put_fadt(void)
{
    begin_table(FADT, "FACP", FADT_LEN);
    put32(FADT + 76, 0x608);
    firmware[FADT + 91] = 4;
    put32(FADT + 112, 1 << 8);
    seal_table(FADT);
}

static void make_good(void)
{
    memset(firmware, 0, sizeof(firmware));
    firmware_len = GOOD_LEN;
    memcpy(firmware + RSDP, "RSD PTR ", 8);
    firmware[RSDP + 15] = 2;
    put32(RSDP + 16, FIRMWARE_BASE + RSDT);
    put32(RSDP + 20, 36);
    put64(RSDP + 24, FIRMWARE_BASE + XSDT);
    seal(RSDP, 20, RSDP + 8);
    seal(RSDP, 36, RSDP + 32);
    put_root(RSDT, "RSDT", 4);
    put_root(XSDT, "XSDT", 8);
    put_madt();
    put_fadt();
}

static int parse(struct acpi_info *info)
{
    memset(info, 0xee, sizeof(*info));
    int err = acpi_parse(info, firmware_view, FIRMWARE_BASE + RSDP);
    firmware_end_views();
    EXPECT(err == 0 || err == -ENOENT);
    EXPECT(info->n_cpus <= MAX_CPUS && info->n_ioapics <= ACPI_IOAPIC_MAX);
    return err;
}

static void expect_good(const struct acpi_info *info)
{
    EXPECT_EQ(info->lapic_base, 0xfee00000);
    EXPECT_EQ(info->n_cpus, 2);
    EXPECT_EQ(info->apic_ids[0], 0);
    EXPECT_EQ(info->apic_ids[1], 9);
    EXPECT_EQ(info->n_ioapics, 1);
    EXPECT_EQ(info->ioapics[0].base, 0xfec00000);
    EXPECT_EQ(info->isa_irqs[0].gsi, 2);
    EXPECT(!info->isa_irqs[0].is_active_low && !info->isa_irqs[0].is_level);
    EXPECT_EQ(info->isa_irqs[1].gsi, 1);
    EXPECT_EQ(info->isa_irqs[9].gsi, 20);
    EXPECT(info->isa_irqs[9].is_active_low && info->isa_irqs[9].is_level);
    EXPECT_EQ(info->timer_port, 0x608);
    EXPECT_EQ(info->timer_mask, 0xffffffff);
}

/* As if there were no ACPI. */
static void expect_nothing(const struct acpi_info *info)
{
    EXPECT_EQ(info->n_cpus, 0);
    EXPECT_EQ(info->n_ioapics, 0);
    EXPECT_EQ(info->lapic_base, 0);
    EXPECT_EQ(info->timer_port, 0);
    EXPECT_EQ(info->isa_irqs[9].gsi, 9);
}

static void test_roots(void)
{
    struct acpi_info info;
    unit_case("XSDT");
    make_good();
    put32(RSDT, 0);
    EXPECT_EQ(parse(&info), 0);
    expect_good(&info);
    unit_case("RSDT, revision 0");
    make_good();
    firmware[RSDP + 15] = 0;
    put32(XSDT, 0);
    seal(RSDP, 20, RSDP + 8);
    EXPECT_EQ(parse(&info), 0);
    expect_good(&info);
    unit_case("RSDT, since the RSDP's longer checksum is wrong");
    make_good();
    firmware[RSDP + 33] ^= 1;
    EXPECT_EQ(parse(&info), 0);
    expect_good(&info);
    put32(RSDT, 0);
    EXPECT_EQ(parse(&info), -ENOENT);
    unit_case("RSDT, since the XSDT is damaged");
    make_good();
    firmware[XSDT + 20] ^= 1;
    EXPECT_EQ(parse(&info), 0);
    expect_good(&info);
}

static void test_refused(void)
{
    struct acpi_info info;
    unit_case("no RSDP");
    EXPECT_EQ(acpi_parse(&info, firmware_view, 0), -ENOENT);
    expect_nothing(&info);
    make_good();
    firmware[RSDP + 1] ^= 1;
    EXPECT_EQ(parse(&info), -ENOENT);
    seal(RSDP, 20, RSDP + 8); /* a good sum makes no signature */
    EXPECT_EQ(parse(&info), -ENOENT);
    unit_case("a checksum is wrong");
    for (u64 at = 8; at < 20; at++) {
        make_good();
        firmware[RSDP + at] ^= 0x10;
        EXPECT_EQ(parse(&info), -ENOENT);
        expect_nothing(&info);
    }
}

static void test_damaged_table(void)
{
    struct acpi_info info;
    for (u64 at = 0; at < entry_at - MADT; at++) {
        unit_case("byte %d of the MADT is damaged", (int)at);
        make_good();
        firmware[MADT + at] ^= 0x55;
        EXPECT_EQ(parse(&info), 0);
        EXPECT_EQ(info.n_cpus, 0);
        EXPECT_EQ(info.timer_port, 0x608);
    }
    for (u64 at = 0; at < FADT_LEN; at++) {
        unit_case("byte %d of the FADT is damaged", (int)at);
        make_good();
        firmware[FADT + at] ^= 0x55;
        EXPECT_EQ(parse(&info), 0);
        EXPECT_EQ(info.n_cpus, 2);
        EXPECT_EQ(info.timer_port, 0);
    }
}

static void test_short_entries(void)
{
    struct acpi_info info;
    for (u8 type = 0; type < 3; type++) {
        unit_case("an entry of type %u ends the table early", type);
        make_good();
        put_entry((u8[]){type, 4, 0, 0});
        EXPECT_EQ(parse(&info), 0);
        expect_good(&info);
    }
}

static void test_timer(void)
{
    struct acpi_info info;
    unit_case("a timer of 24 bits");
    make_good();
    put32(FADT + 112, 0);
    seal_table(FADT);
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.timer_mask, 0xffffff);
    unit_case("no timer");
    make_good();
    firmware[FADT + 91] = 0;
    seal_table(FADT);
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.timer_port, 0);
    unit_case("no port at all");
    make_good();
    put32(FADT + 76, 0x10608);
    seal_table(FADT);
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.timer_port, 0);
    unit_case("a FADT that ends early");
    make_good();
    put32(FADT + 4, 115);
    seal_table(FADT);
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.timer_port, 0);
}

static void test_many(void)
{
    struct acpi_info info;
    unit_case("more CPUs and I/O APICs than fit");
    make_good();
    put32(FADT, 0); /* the MADT grows over it */
    for (u8 i = 0; i < 100; i++) {
        put_entry((u8[]){0, 8, i, (u8)(100 + i), 1, 0, 0, 0});
        put_entry((u8[]){1, 12, i, 0, 0, 0, 0xc0, 0xfe, i, 0, 0, 0});
    }
    put_entry((u8[]){2, 10, 0, 16, 3, 0, 0, 0, 0, 0}); /* no ISA interrupt */
    firmware_len = entry_at;
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.n_cpus, MAX_CPUS);
    EXPECT_EQ(info.n_ioapics, ACPI_IOAPIC_MAX);
}

static void test_repeated(void)
{
    struct acpi_info info;
    unit_case("a CPU that is listed twice");
    make_good();
    put32(FADT, 0); /* the MADT grows over it */
    put_entry((u8[]){0, 8, 3, 9, 1, 0, 0, 0});
    EXPECT_EQ(parse(&info), 0);
    EXPECT_EQ(info.n_cpus, 2);
}

static void test_truncated(void)
{
    struct acpi_info info;
    for (u64 len = 0; len < GOOD_LEN; len++) {
        unit_case("memory ends after %d bytes", (int)len);
        make_good();
        firmware_len = len;
        int err = parse(&info);
        EXPECT_EQ(info.timer_port, 0);
        EXPECT(len >= entry_at || info.n_cpus == 0);
        EXPECT(len >= RSDT + 48 || err == -ENOENT);
    }
    make_good();
    for (u32 len = 0, good_len = (u32)(entry_at - MADT); len < good_len;
         len++) {
        unit_case("the MADT says %u bytes, and its sum agrees", len);
        make_good();
        put32(MADT + 4, len);
        if (len >= 10)
            seal_table(MADT);
        EXPECT_EQ(parse(&info), 0);
        EXPECT(info.n_cpus <= (len - 44) / 8 || len < 44);
    }
}

/* Damage behind good checksums: only then the entries are looked at. */
static void test_flipped(void)
{
    struct acpi_info info;
    struct random random;
    random_seed(&random, 3);
    for (int i = 0; i < 20000; i++) {
        unit_case("flips, round %d", i);
        make_good();
        firmware_flip(&random, GOOD_LEN);
        static const u64 tables[] = {RSDT, XSDT, MADT, FADT};
        for (size_t n = 0; n < ARRAY_LEN(tables); n++) {
            u32 len;
            memcpy(&len, firmware + tables[n] + 4, sizeof(len));
            if (len <= GOOD_LEN - tables[n])
                seal_table(tables[n]);
        }
        seal(RSDP, 20, RSDP + 8);
        (void)parse(&info);
    }
}

int main(void)
{
    test_roots();
    test_refused();
    test_damaged_table();
    test_short_entries();
    test_timer();
    test_many();
    test_repeated();
    test_truncated();
    test_flipped();
    return 0;
}
