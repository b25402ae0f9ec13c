/*
 * test/tlb.c - do CPUs forget what is gone?
 *
 * Two frames hold different numbers.  A CPU that looks at an address, and
 * looks again after the address was given to the other frame, must see the
 * other number.
 */
#include "mm/tlb.h"

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/trap.h"
#include "core/cpucall.h"
#include "mm/kspace.h"
#include "mm/kva.h"
#include "mm/page.h"
#include "test/pt_fixture.h"

enum { N_FRAMES = 2, MANY = 3 * TLB_BATCH_ADDRESSES };

static struct page *frames[N_FRAMES];

static paddr_t frame(size_t i)
{
    return page_to_phys(frames[i]);
}

/* What is in frame i. */
static u64 number(size_t i)
{
    return 0x1111111111111111u * (i + 1);
}

static bool begin(struct ktest_run *t)
{
    for (size_t i = 0; i < N_FRAMES; i++) {
        frames[i] = page_alloc(0, PAGE_ANY);
        if (!frames[i]) {
            ktest_fail(t, __FILE__, __LINE__, "no frames");
            return false;
        }
        for (size_t j = 0; j < PT_ENTRIES; j++)
            ((u64 *)page_to_virt(frames[i]))[j] = number(i);
    }
    return pt_begin(t);
}

/* Map frame 0 at `va`, and a neighbour that stays: else unmapping would give
 * tables back, and for that CPUs forget everything. */
static void map_with_neighbour(struct ktest_run *t, vaddr_t va, u32 flags)
{
    CHECK_EQ(
        t, page_table_map(&test_table, va - PAGE_SIZE, frame(0), PAGE_SIZE, 0),
        0);
    CHECK_EQ(t, page_table_map(&test_table, va, frame(0), PAGE_SIZE, flags), 0);
}

static void end(struct ktest_run *t)
{
    pt_end(t);
    for (size_t i = 0; i < N_FRAMES; i++)
        page_put(frames[i]);
}

/* What this CPU sees at `va`; 0 if it faults. */
static u64 look(vaddr_t va)
{
    u64 value = 0;
    struct probe probe = probe_load(va, &value);
    return probe.vector ? 0 : value;
}

/* What was seen with test_table loaded, to be judged with the kernel's. */
struct seen {
    int err;
    u64 first, second, third;
};

/* Remap one page and look: before, between, after. */
static struct seen remap_and_look(vaddr_t va)
{
    struct seen seen;
    pt_enter();
    seen.first = look(va);
    seen.err = pt_unmap(va, PAGE_SIZE);
    seen.second = look(va);
    if (!seen.err)
        seen.err = page_table_map(&test_table, va, frame(1), PAGE_SIZE, 0);
    seen.third = look(va);
    pt_leave();
    return seen;
}

static void test_unmap(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE + PAGE_SIZE;
    if (!begin(t))
        return;
    map_with_neighbour(t, va, 0);
    struct seen seen = remap_and_look(va);
    CHECK_EQ(t, seen.err, 0);
    CHECK(t, seen.first == number(0),
          "a mapped page reads as %#lx instead "
          "of %#lx",
          seen.first, number(0));
    CHECK(t, seen.second == 0,
          "an unmapped page can still be read (%#lx): the CPU remembers it",
          seen.second);
    CHECK(t, seen.third == number(1),
          "after it was mapped to another frame the page reads as %#lx "
          "instead of %#lx",
          seen.third, number(1));
    CHECK_EQ(t, pt_unmap(va - PAGE_SIZE, 2 * PAGE_SIZE), 0);
    end(t);
}

/* More pages than a batch has room for, every one to the same frame. */
static void test_many(struct ktest_run *t)
{
    size_t n_before = 0, n_after = 0;
    if (!begin(t))
        return;
    map_with_neighbour(t, TEST_BASE + MANY * PAGE_SIZE + PAGE_SIZE, 0);
    for (u64 i = 0; i < MANY; i++)
        CHECK_EQ(t,
                 page_table_map(&test_table, TEST_BASE + i * PAGE_SIZE,
                                frame(0), PAGE_SIZE, 0),
                 0);
    pt_enter();
    for (u64 i = 0; i < MANY; i++)
        n_before += look(TEST_BASE + i * PAGE_SIZE) == number(0);
    int err = pt_unmap(TEST_BASE, MANY * PAGE_SIZE);
    for (u64 i = 0; i < MANY; i++)
        n_after += look(TEST_BASE + i * PAGE_SIZE) != 0;
    pt_leave();
    CHECK_EQ(t, err, 0);
    CHECK_EQ(t, n_before, MANY);
    CHECK(t, n_after == 0, "%zu of %d unmapped pages can still be read",
          n_after, MANY);
    CHECK_EQ(t, pt_unmap(TEST_BASE, (MANY + 2) * PAGE_SIZE), 0);
    end(t);
}

static void test_protect(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE + PAGE_SIZE;
    if (!begin(t))
        return;
    map_with_neighbour(t, va, MAP_WRITE);
    pt_enter();
    struct probe before = probe_write(va);
    u64 n_flushes = tlb_n_flushes;
    int err = pt_protect(va, PAGE_SIZE, MAP_READ);
    n_flushes = tlb_n_flushes - n_flushes;
    struct probe after = probe_write(va);
    struct probe exec = probe_exec(va);
    pt_leave();
    CHECK_EQ(t, err, 0);
    CHECK_EQ(t, before.vector, 0);
    CHECK(t, after.vector == VECTOR_PAGE_FAULT,
          "a page can still be written after it lost MAP_WRITE");
    CHECK_EQ(t, after.error, FAULT_PRESENT | FAULT_WRITE);
    CHECK_EQ(t, after.address, va);
    CHECK_EQ(t, exec.error, FAULT_PRESENT | FAULT_EXEC);
    CHECK_EQ(t, n_flushes, 1);

    n_flushes = tlb_n_flushes;
    CHECK_EQ(t, pt_protect(va, PAGE_SIZE, MAP_WRITE), 0);
    CHECK_EQ(t, pt_protect(va, PAGE_SIZE, MAP_WRITE | MAP_USER), 0);
    CHECK(t, tlb_n_flushes == n_flushes,
          "CPUs were interrupted for a page that only won rights");
    end(t);
}

/*
 * Other CPUs
 */

/* What the last CPU to run on_other() saw at `address`. */
static vaddr_t address;
static u64 seen_there;

static void enter_other(void *arg)
{
    pt_load();
    seen_there = look(address);
}

static void look_other(void *arg)
{
    seen_there = look(address);
}

static void leave_other(void *arg)
{
    pt_unload();
}

/* Run fn on the last CPU; what it saw. */
static u64 on_other(void (*fn)(void *arg), vaddr_t va)
{
    address = va;
    cpucall(cpu_set_one(n_cpus - 1), fn, NULL);
    return seen_there;
}

/* A private table that another CPU has loaded. */
static void test_shootdown(struct ktest_run *t)
{
    const vaddr_t va = TEST_BASE + PAGE_SIZE;
    if (acpi_info.n_cpus < 2) {
        ktest_skip(t, "this machine has one CPU");
        return;
    }
    CHECK(t, n_cpus > 1,
          "CPU 1 did not start: kstack_alloc() gave no stack, or one that "
          "can't be used");
    if (!begin(t))
        return;
    map_with_neighbour(t, va, 0);
    u64 first = on_other(enter_other, va);
    int err = pt_unmap(va, PAGE_SIZE);
    u64 second = on_other(look_other, va);
    if (!err)
        err = page_table_map(&test_table, va, frame(1), PAGE_SIZE, 0);
    u64 third = on_other(look_other, va);
    on_other(leave_other, va);
    CHECK_EQ(t, err, 0);
    CHECK_EQ(t, first, number(0));
    CHECK(t, second == 0, "the other CPU still reads an unmapped page");
    CHECK_EQ(t, third, number(1));
    CHECK_EQ(t, pt_unmap(va - PAGE_SIZE, 2 * PAGE_SIZE), 0);
    end(t);
}

/* The kernel's own half, which every CPU has. */
static void test_kernel(struct ktest_run *t)
{
    vaddr_t va = kva_alloc(PAGE_SIZE);
    CHECK(t, va, "no address range");
    if (!begin(t))
        return;
    CHECK_EQ(t, kspace_map(va, frame(0), PAGE_SIZE, 0), 0);
    CHECK_EQ(t, look(va), number(0));
    CHECK_EQ(t, on_other(look_other, va), number(0));
    CHECK_EQ(t, kspace_unmap(va, PAGE_SIZE), 0);
    CHECK(t, on_other(look_other, va) == 0,
          "CPU %u still reads an unmapped page of the kernel", n_cpus - 1);
    CHECK_EQ(t, look(va), 0);
    CHECK_EQ(t, kspace_map(va, frame(1), PAGE_SIZE, 0), 0);
    CHECK_EQ(t, on_other(look_other, va), number(1));
    CHECK_EQ(t, kspace_unmap(va, PAGE_SIZE), 0);
    end(t);
    kva_free(va);
}

KTEST_SUITE(tlb) = {
    {"tlb.unmap", test_unmap, .rounds = 4},
    {"tlb.many", test_many, .rounds = 1},
    {"tlb.protect", test_protect, .rounds = 1},
    {"tlb.shootdown", test_shootdown, .rounds = 4},
    {"tlb.kernel", test_kernel, .rounds = 2},
    {},
};
