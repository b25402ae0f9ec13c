/*
 * arch/x86_64/acpi.c - walk from the RSDP to the tables that we use.
 *
 *     RSDP -> XSDT (or RSDT) -> MADT: CPUs and interrupt controllers
 *                            -> FADT: the power management timer
 *
 * Invariants  nothing is read that `view` did not grant; a table is looked
 *             into only after its length and checksum were right
 * Spec        ACPI 6.4, sections 5.2.5 (RSDP), 5.2.7 (RSDT), 5.2.8 (XSDT),
 *             5.2.9 (FADT), 5.2.12 (MADT)
 * Tests       grade/unit/test_acpi.c
 */
#include "arch/x86_64/acpi.h"

#include "abi/errno.h"
#include "lib/string.h"

struct rsdp {
    char signature[8];
    u8 checksum; /* of these 20 bytes */
    char oem[6];
    u8 revision;
    u32 rsdt;
    u32 len; /* from here on: revision 2 */
    u64 xsdt;
    u8 long_checksum; /* of all 36 */
    u8 reserved[3];
} PACKED;
enum { RSDP_LEN_1 = 20 };
static_assert(sizeof(struct rsdp) == 36, "ACPI 6.4, table 5.3");

struct table {
    char signature[4];
    u32 len; /* with this header */
    u8 revision, checksum;
    char oem[6], oem_table[8];
    u32 oem_revision, creator, creator_revision;
} PACKED;
static_assert(sizeof(struct table) == 36, "ACPI 6.4, table 5.4");

struct madt {
    struct table header;
    u32 lapic_base;
    u32 flags;
} PACKED;

/* Entries of the MADT, each beginning with its type and length. */
struct madt_entry {
    u8 type, len;
};
enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_OVERRIDE = 2 };

struct madt_lapic {
    struct madt_entry entry;
    u8 acpi_id, apic_id;
    u32 flags;
} PACKED;
enum { LAPIC_ENABLED = 1 << 0 };

struct madt_ioapic {
    struct madt_entry entry;
    u8 id, reserved;
    u32 base, first_gsi;
} PACKED;

struct madt_override {
    struct madt_entry entry;
    u8 bus, irq;
    u32 gsi;
    u16 flags;
} PACKED;
/* Flags: two fields of two bits; 0 means as usual on ISA. */
enum {
    POLARITY_MASK = 3 << 0,
    POLARITY_LOW = 3 << 0,
    TRIGGER_MASK = 3 << 2,
    TRIGGER_LEVEL = 3 << 2,
};

/* Offsets in the FADT, and a bit of its flags. */
enum {
    FADT_TIMER_PORT = 76,
    FADT_TIMER_LEN = 91,
    FADT_FLAGS = 112,
    FADT_LEN_MIN = 116,
    FADT_TIMER_IS_32_BIT = 1 << 8,
};

enum { TABLE_LEN_MAX = 1 << 20, N_TABLES_MAX = 256 };

static bool sums_to_zero(const void *bytes, size_t len)
{
    u8 sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += ((const u8 *)bytes)[i];
    return sum == 0;
}

static u32 u32_at(const void *base, size_t offset)
{
    u32 value;
    memcpy(&value, (const char *)base + offset, sizeof(value));
    return value;
}

/* The whole table at `pa`, if it is sound, else NULL. */
static const struct table *get_table(phys_view *view, paddr_t pa)
{
    const struct table *header = pa ? view(pa, sizeof(*header)) : NULL;
    if (!header)
        return NULL;
    u32 len = header->len;
    if (len < sizeof(*header) || len > TABLE_LEN_MAX)
        return NULL;
    const struct table *table = view(pa, len);
    return table && sums_to_zero(table, len) ? table : NULL;
}

static bool has_signature(const struct table *table, const char *signature)
{
    return memcmp(table->signature, signature, 4) == 0;
}

static bool has_cpu(const struct acpi_info *info, u32 apic_id)
{
    for (size_t i = 0; i < info->n_cpus; i++)
        if (info->apic_ids[i] == apic_id)
            return true;
    return false;
}

/* A CPU that is listed twice must not be started twice. */
static void read_lapic(struct acpi_info *info, const struct madt_lapic *cpu)
{
    if ((cpu->flags & LAPIC_ENABLED) && info->n_cpus < MAX_CPUS &&
        !has_cpu(info, cpu->apic_id))
        info->apic_ids[info->n_cpus++] = cpu->apic_id;
}

static void read_ioapic(struct acpi_info *info, const struct madt_ioapic *io)
{
    if (info->n_ioapics < ACPI_IOAPIC_MAX)
        info->ioapics[info->n_ioapics++] = (struct acpi_ioapic){
            .base = io->base,
            .first_gsi = io->first_gsi,
        };
}

static void read_override(struct acpi_info *info, const struct madt_override *o)
{
    if (o->irq < ACPI_ISA_IRQS)
        info->isa_irqs[o->irq] = (struct acpi_isa_irq){
            .gsi = o->gsi,
            .is_active_low = (o->flags & POLARITY_MASK) == POLARITY_LOW,
            .is_level = (o->flags & TRIGGER_MASK) == TRIGGER_LEVEL,
        };
}

static void read_madt_entry(struct acpi_info *info,
                            const struct madt_entry *entry)
{
    const void *e = entry;
    if (entry->type == MADT_LAPIC && entry->len >= sizeof(struct madt_lapic))
        read_lapic(info, e);
    if (entry->type == MADT_IOAPIC && entry->len >= sizeof(struct madt_ioapic))
        read_ioapic(info, e);
    if (entry->type == MADT_OVERRIDE &&
        entry->len >= sizeof(struct madt_override))
        read_override(info, e);
}

static void read_madt(struct acpi_info *info, const struct table *table)
{
    const struct madt *madt = (const void *)table;
    if (table->len < sizeof(*madt) || info->lapic_base)
        return;
    info->lapic_base = madt->lapic_base;
    for (u32 at = sizeof(*madt);
         table->len - at >= sizeof(struct madt_entry);) {
        const struct madt_entry *entry =
            (const void *)((const char *)table + at);
        if (entry->len < sizeof(*entry) || entry->len > table->len - at)
            return; /* the rest can't be told apart */
        read_madt_entry(info, entry);
        at += entry->len;
    }
}

static void read_fadt(struct acpi_info *info, const struct table *fadt)
{
    if (fadt->len < FADT_LEN_MIN)
        return;
    u32 port = u32_at(fadt, FADT_TIMER_PORT);
    bool is_32_bit = u32_at(fadt, FADT_FLAGS) & FADT_TIMER_IS_32_BIT;
    if (((const u8 *)fadt)[FADT_TIMER_LEN] != 4 || port == 0 || port > 0xffff)
        return;
    info->timer_port = (u16)port;
    info->timer_mask = is_32_bit ? 0xffffffff : 0xffffff;
}

/* `root` lists physical addresses of `width` (4 or 8) bytes each. */
static void read_root(struct acpi_info *info, phys_view *view,
                      const struct table *root, size_t width)
{
    size_t n = (root->len - sizeof(*root)) / width;
    for (size_t i = 0; i < n && i < N_TABLES_MAX; i++) {
        paddr_t pa = 0;
        memcpy(&pa, (const char *)(root + 1) + i * width, width);
        const struct table *table = get_table(view, pa);
        if (table && has_signature(table, "APIC"))
            read_madt(info, table);
        if (table && has_signature(table, "FACP"))
            read_fadt(info, table);
    }
}

/* The XSDT of revision 2, if the whole of it is sound; else 0. */
static paddr_t get_xsdt(phys_view *view, paddr_t pa)
{
    const struct rsdp *rsdp = view(pa, sizeof(*rsdp));
    if (!rsdp || rsdp->revision < 2 || !sums_to_zero(rsdp, sizeof(*rsdp)))
        return 0;
    return rsdp->xsdt;
}

static void set_defaults(struct acpi_info *info)
{
    *info = (struct acpi_info){0};
    for (u32 irq = 0; irq < ACPI_ISA_IRQS; irq++)
        info->isa_irqs[irq].gsi = irq;
}

int acpi_parse(struct acpi_info *info, phys_view *view, paddr_t pa)
{
    set_defaults(info);
    const struct rsdp *rsdp = pa ? view(pa, RSDP_LEN_1) : NULL;
    if (!rsdp || memcmp(rsdp->signature, "RSD PTR ", 8) != 0 ||
        !sums_to_zero(rsdp, RSDP_LEN_1))
        return -ENOENT;

    u32 rsdt = rsdp->rsdt;
    const struct table *root = get_table(view, get_xsdt(view, pa));
    if (root && has_signature(root, "XSDT")) {
        read_root(info, view, root, 8);
        return 0;
    }
    root = get_table(view, rsdt);
    if (!root || !has_signature(root, "RSDT"))
        return -ENOENT;
    read_root(info, view, root, 4);
    return 0;
}
