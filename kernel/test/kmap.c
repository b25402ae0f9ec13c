/*
 * test/kmap.c - what the kernel's own tables allow, tried by touching.
 */
#include "mm/kmap.h"

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/mmio.h"
#include "arch/x86_64/probe.h"
#include "arch/x86_64/trap.h"
#include "core/ktest.h"
#include "mm/kspace.h"
#include "mm/kva.h"
#include "mm/page.h"
#include "test/pt_census.h"

enum {
    RET = 0xc3,
    ABSENT = 0,
    RO = FAULT_PRESENT | FAULT_WRITE,
    NX = FAULT_PRESENT | FAULT_EXEC
};

static u8 a_variable = RET;
static const u8 a_constant = RET;

static vaddr_t direct(const void *in_image)
{
    return (vaddr_t)phys_to_virt(image_to_phys(in_image));
}

/* The page fault that a probe must meet; `error` is what the CPU says. */
static void expect_fault(struct ktest_run *t, const char *what,
                         struct probe probe, u32 error)
{
    CHECK(t, probe.vector != 0, "%s: that worked", what);
    CHECK(t, probe.vector == VECTOR_PAGE_FAULT && probe.error == error,
          "%s: expected a page fault with error code %#x, saw vector %u, "
          "error code %#x",
          what, error, probe.vector, probe.error);
}

static void expect_none(struct ktest_run *t, const char *what,
                        struct probe probe)
{
    CHECK(t, probe.vector == 0, "%s: vector %u, error code %#x", what,
          probe.vector, probe.error);
}

static void test_rights(struct ktest_run *t)
{
    vaddr_t code = (vaddr_t)&kmap_init, variable = (vaddr_t)&a_variable;
    vaddr_t constant = (vaddr_t)&a_constant;
    u8 on_stack = RET;
    expect_none(t, "read code", probe_read(code));
    expect_none(t, "read a constant", probe_read(constant));
    expect_none(t, "write a variable", probe_write(variable));
    expect_none(t, "write the stack", probe_write((vaddr_t)&on_stack));
    expect_fault(t, "write code", probe_write(code), RO);
    expect_fault(t, "write a constant", probe_write(constant), RO);
    expect_fault(t, "run a variable", probe_exec(variable), NX);
    expect_fault(t, "run a constant", probe_exec(constant), NX);
    expect_fault(t, "run the stack", probe_exec((vaddr_t)&on_stack), NX);
    expect_fault(t, "write code through the direct map",
                 probe_write(direct(&kmap_init)), RO);
    expect_fault(t, "write a constant through the direct map",
                 probe_write(direct(&a_constant)), RO);
    expect_fault(t, "run code through the direct map",
                 probe_exec(direct(&kmap_init)), NX);
    expect_none(t, "write a variable through the direct map",
                probe_write(direct(&a_variable)));
}

static void test_holes(struct ktest_run *t)
{
    expect_fault(t, "read address 0", probe_read(0), ABSENT);
    expect_fault(t, "read low memory", probe_read(0x7000), ABSENT);
    expect_fault(t, "read the image at its load address",
                 probe_read(image_to_phys(text_start)), ABSENT);
    expect_fault(t, "read the page below the boot stack",
                 probe_read((vaddr_t)boot_stack_bottom - 1), ABSENT);
    expect_none(t, "read the boot stack",
                probe_read((vaddr_t)boot_stack_bottom));
    expect_fault(t, "read behind the image", probe_read((vaddr_t)image_end),
                 ABSENT);
    CHECK(t, kspace_table.root == mmu_root(),
          "kspace_table was built, but CR3 points elsewhere");
}

/*
 * The direct map
 */

/* The frames that must not be writable: the image's code and constants. */
static bool is_protected(paddr_t pa)
{
    return pa >= image_to_phys(text_start) && pa < image_to_phys(rodata_end);
}

/* Look at every page of a region. */
static void check_region(struct ktest_run *t, const struct boot_region *region)
{
    paddr_t end = region->base + region->len;
    for (paddr_t pa = region->base; pa < end;) {
        struct mapping found;
        vaddr_t va = (vaddr_t)phys_to_virt(pa);
        int err = kspace_query(va, &found);
        CHECK(t, err == 0, "RAM at %#lx is not in the direct map (%d)", pa,
              err);
        CHECK(t, found.pa == pa, "%#lx is mapped to %#lx instead of %#lx", va,
              found.pa, pa);
        u32 want = is_protected(pa) ? MAP_READ : MAP_WRITE;
        CHECK(t, found.flags == want, "%#lx has flags %#x instead of %#x", va,
              found.flags, want);
        pa += found.size - (pa & (found.size - 1));
    }
}

static void test_direct(struct ktest_run *t)
{
    for (size_t i = 0; i < boot_info.n_regions; i++)
        if (boot_info.regions[i].type != REGION_RESERVED)
            check_region(t, &boot_info.regions[i]);
    for (size_t i = 0; i < n_mmio_ranges; i++) {
        vaddr_t va = (vaddr_t)phys_to_virt(mmio_ranges[i].base);
        struct mapping found = {};
        int err = kspace_query(va, &found);
        CHECK(t, err == 0, "registers at %#lx are not mapped (%d)",
              mmio_ranges[i].base, err);
        CHECK_EQ(t, found.flags, MAP_WRITE | MAP_UNCACHED);
    }
    struct pt_census census = pt_census(&kspace_table);
    CHECK(t, !census.wrong, "%s (at %#lx)", census.wrong, census.wrong_at);
    /* One split page below the image, a few edges, no more. */
    CHECK(t, census.n_tables < 24,
          "%zu page tables: is RAM mapped with the largest pages?",
          census.n_tables);
}

/* The host walks the tables (grade/labs/02-paging/check_kmap.py). */
static void test_outside(struct ktest_run *t)
{
    ktest_note(t, "root=%#lx", kspace_table.root);
    ktest_hold(t, "kernel");
}

/*
 * Device registers
 */

static void test_mmio(struct ktest_run *t)
{
    size_t n_ranges = kva_count();
    const paddr_t pa = 0xb8000 + 6; /* the VGA's text memory */
    u8 *registers = kmap_mmio(pa, 4);
    CHECK(t, registers, "kmap_mmio(%#lx, 4) gave nothing", pa);
    struct mapping found;
    CHECK_EQ(t, kspace_query((vaddr_t)registers, &found), 0);
    CHECK_EQ(t, found.pa, pa);
    CHECK_EQ(t, found.flags, MAP_WRITE | MAP_UNCACHED);
    CHECK(t, (vaddr_t)registers - KVA_BASE < KVA_SIZE,
          "%p is not in the KVA area", registers);
    expect_none(t, "read a register", probe_read((vaddr_t)registers));
    expect_none(t, "write a register", probe_write((vaddr_t)registers));
    expect_fault(t, "run a register", probe_exec((vaddr_t)registers), NX);
    kmap_unmap(registers);
    expect_fault(t, "read a register that was unmapped",
                 probe_read((vaddr_t)registers), ABSENT);
    CHECK_EQ(t, kva_count(), n_ranges);
}

/* Each in turn: how many pages the bytes [pa, pa + len) are in; 0 is NULL. */
static const struct {
    paddr_t pa;
    u64 len, n_pages;
} requests[] = {
    {0xfd000000, 1, 1},           {0xfd000000, 4096, 1},
    {0xfd000001, 4096, 2},        {0xfd000fff, 1, 1},
    {0xfd000fff, 2, 2},           {0xfd000ff8, 0x3000, 4},
    {0xfd000000, 0, 0},           {0xfd000800, ~(u64)0 - 0x900, 0},
    {~(u64)0 - 0xfff, 0x2000, 0}, {PTE_ADDR + PAGE_SIZE, 1, 0},
    {PTE_ADDR + 0xfff, 2, 0},
};

static void test_mmio_edges(struct ktest_run *t)
{
    size_t n_ranges = kva_count();
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        paddr_t pa = requests[i].pa;
        u64 len = requests[i].len, n = requests[i].n_pages;
        size_t n_bytes = pt_census(&kspace_table).n_bytes;
        u8 *p = kmap_mmio(pa, len);
        n_bytes = pt_census(&kspace_table).n_bytes - n_bytes;
        CHECK(t, !p == !n, "kmap_mmio(%#lx, %#lx) gives %p", pa, len, p);
        CHECK(t, n_bytes == n * PAGE_SIZE,
              "kmap_mmio(%#lx, %#lx) maps %zu bytes instead of %lu", pa, len,
              n_bytes, n * PAGE_SIZE);
        struct mapping last = {};
        if (!p)
            continue;
        CHECK_EQ(t, kspace_query((vaddr_t)p + len - 1, &last), 0);
        CHECK_EQ(t, last.pa, pa + len - 1);
        kmap_unmap(p);
        CHECK_EQ(t, kspace_query((vaddr_t)p, &last), -ENOENT);
    }
    CHECK_EQ(t, kva_count(), n_ranges);
}

KTEST_SUITE(kmap) = {
    {"kmap.rights", test_rights, .rounds = 1},
    {"kmap.holes", test_holes, .rounds = 1},
    {"kmap.direct", test_direct, .rounds = 1},
    {"kmap.outside", test_outside, .rounds = 1},
    {"kmap.mmio", test_mmio, .rounds = 2},
    {"kmap.mmio_edges", test_mmio_edges, .rounds = 1},
    {},
};
