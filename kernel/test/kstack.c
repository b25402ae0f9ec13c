/*
 * test/kstack.c - guarded stacks: they can be used, their guards can't, and
 * they come back whole.
 */
#include "mm/kstack.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/layout.h"
#include "arch/x86_64/probe.h"
#include "arch/x86_64/trap.h"
#include "core/ktest.h"
#include "lib/atomic.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "mm/kspace.h"
#include "mm/kva.h"
#include "mm/page.h"
#include "test/pt_fixture.h"

enum { N_STACKS = 12, N_RANGES = 64 };

static vaddr_t tops[N_STACKS], fences[N_STACKS];

static void check_stack(struct ktest_run *t, vaddr_t top)
{
    vaddr_t bottom = top - KSTACK_SIZE;
    CHECK(t, is_aligned(top, PAGE_SIZE) && top - KVA_BASE < KVA_SIZE,
          "%#lx is no top of a stack in the KVA area", top);
    for (vaddr_t va = bottom; va < top; va += PAGE_SIZE) {
        CHECK(t, probe_write(va).vector == 0,
              "a stack can't be written %#lx bytes below its top", top - va);
        CHECK(t, probe_exec(va).error == (FAULT_PRESENT | FAULT_EXEC),
              "a stack's bytes can be executed");
    }
    for (vaddr_t va = bottom; va < top; va += sizeof(u64))
        CHECK(t, *(u64 *)va == 0, "a new stack has old bytes in it");
    struct probe probe = probe_write(bottom - 1);
    CHECK(t, probe.vector == VECTOR_PAGE_FAULT && probe.error == FAULT_WRITE,
          "the byte below a stack can be written: there is no guard page");
    CHECK_EQ(t, probe.address, bottom - 1);
    memset((void *)bottom, 0x5a, KSTACK_SIZE);
}

/* Map a page of the KVA area by itself.  What comes behind has a neighbour. */
static void add_fence(struct ktest_run *t, size_t i)
{
    fences[i] = kva_alloc(PAGE_SIZE);
    CHECK(t, fences[i], "no address range");
    paddr_t pa = image_to_phys(fences) & ~(PAGE_SIZE - 1);
    CHECK_EQ(t, kspace_map(fences[i], pa, PAGE_SIZE, MAP_READ), 0);
}

static void remove_fence(struct ktest_run *t, size_t i)
{
    CHECK_EQ(t, kspace_unmap(fences[i], PAGE_SIZE), 0);
    kva_free(fences[i]);
}

static void test_guard(struct ktest_run *t)
{
    for (size_t i = 0; i < N_STACKS; i++) {
        add_fence(t, i);
        tops[i] = kstack_alloc();
        CHECK(t, tops[i], "no stack number %zu", i);
        check_stack(t, tops[i]);
    }
    for (size_t i = 0; i < N_STACKS; i++) /* the one before: untouched? */
        CHECK(t, *(u8 *)(tops[i] - KSTACK_SIZE) == 0x5a,
              "two stacks are the same memory");
    for (size_t i = 0; i < N_STACKS; i++) {
        kstack_free(tops[i]);
        remove_fence(t, i);
    }
}

/*
 * A debug register stops the CPU behind each write to the reference count of a
 * stack's frames: once that is 0, they must not be mapped any more.
 */

/* Debug register 7: watch what register 0 says, 4 bytes, for writes. */
enum { WATCH_NOTHING = 0x400, WATCH_WRITES = 0xd0402 };

static struct {
    const struct page *page;
    vaddr_t bottom;
    bool is_early; /* given away while they could be reached */
} watched;

static void on_refs_written(struct trap_frame *frame)
{
    struct mapping found;
    if (atomic_load(&watched.page->refs) == 0 &&
        page_table_query(&kspace_table, watched.bottom, &found) == 0)
        watched.is_early = true;
}

static void watch(const u32 *refs, u64 control)
{
    __asm__ volatile("mov %0, %%dr0; mov %1, %%dr7" ::"r"(refs), "r"(control));
}

static void free_watched(struct ktest_run *t)
{
    static bool is_registered;
    struct mapping found;
    vaddr_t top = kstack_alloc();
    CHECK(t, top, "no stack");
    CHECK_EQ(t, kspace_query(top - KSTACK_SIZE, &found), 0);
    watched.page = page_find(found.pa);
    watched.bottom = top - KSTACK_SIZE;
    watched.is_early = false;
    if (!is_registered)
        trap_register(VECTOR_DEBUG, on_refs_written);
    is_registered = true;
    watch(&watched.page->refs, n_cpus == 1 ? WATCH_WRITES : WATCH_NOTHING);
    kstack_free(top);
    watch(NULL, WATCH_NOTHING);
    CHECK(t, !watched.is_early,
          "a stack's frames were given away while they were still mapped");
}

/* Free, and look that nothing is left of it. */
static void test_free(struct ktest_run *t)
{
    vaddr_t warm = kstack_alloc(); /* makes page tables that then stay */
    CHECK(t, warm, "no stack");
    size_t n_ranges = kva_count(), n_free = page_count_free();
    for (size_t i = 0; i < N_STACKS; i++) {
        tops[i] = kstack_alloc();
        CHECK(t, tops[i], "no stack number %zu", i);
        *(u8 *)(tops[i] - 1) = 1;
    }
    for (size_t n = N_STACKS; n > 0; n--) {
        size_t which = random_below(&t->random, n);
        vaddr_t top = tops[which];
        tops[which] = tops[n - 1];
        kstack_free(top);
        for (vaddr_t va = top - KSTACK_SIZE; va < top; va += PAGE_SIZE)
            CHECK(t, probe_read(va).vector == VECTOR_PAGE_FAULT,
                  "a stack that was freed can still be read");
    }
    CHECK_EQ(t, kva_count(), n_ranges);
    size_t n_lost = n_free - page_count_free();
    CHECK(t, n_lost == 0, "%zu frames are lost after %d stacks", n_lost,
          N_STACKS);
    kstack_free(warm);
    free_watched(t);
}

/*
 * Make the next range that a stack takes lie where no page table is yet: take
 * the addresses below, and remember them in `ranges`.
 */
static size_t move_on(vaddr_t ranges[N_RANGES])
{
    size_t n = 0;
    vaddr_t far = kva_alloc(pt_level_size(2));
    ranges[0] = far;
    do {
        ranges[++n] = kva_alloc(PAGE_SIZE + KSTACK_SIZE);
    } while (ranges[n] < far && n < N_RANGES - 1);
    kva_free(ranges[n]);
    return n;
}

/* A stack, or none; either way nothing is lost. */
static void alloc_with(struct ktest_run *t, size_t n, unsigned order)
{
    size_t n_ranges = kva_count(), n_free = page_count_free();
    pt_hoard(n, order);
    vaddr_t top = kstack_alloc();
    if (top)
        kstack_free(top);
    pt_share();
    CHECK(t, n << order > KSTACK_SIZE / PAGE_SIZE || !top,
          "a stack and its page table, out of %zu frames", n << order);
    CHECK_EQ(t, kva_count(), n_ranges);
    CHECK(t, page_count_free() == n_free,
          "with %zu free frames, %zu of them get lost", n << order,
          n_free - page_count_free());
}

static void test_no_memory(struct ktest_run *t)
{
    if (!pt_can_hoard(t))
        return;
    vaddr_t ranges[N_RANGES];
    vaddr_t warm = kstack_alloc();
    CHECK(t, warm, "no stack");
    size_t n_ranges = move_on(ranges);
    for (size_t n = 0; n < 8; n++)
        alloc_with(t, n, 0);
    alloc_with(t, 1, 2); /* frames for the stack, none for the table */
    while (n_ranges > 0)
        kva_free(ranges[--n_ranges]);
    kstack_free(warm);
}

KTEST_SUITE(kstack) = {
    {"kstack.guard", test_guard, .rounds = 2},
    {"kstack.free", test_free, .rounds = 2},
    {"kstack.no_memory", test_no_memory, .rounds = 1},
    {},
};
