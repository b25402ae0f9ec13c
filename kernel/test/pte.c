/*
 * test/pte.c - page table entries, bit by bit.
 */
#include "mm/pte.h"

#include "core/ktest.h"
#include "lib/bits.h"

/* What the bits of a leaf must be, written down once more. */
static pte_t expected_rights(u32 flags)
{
    pte_t rights = PTE_PRESENT;
    if (flags & MAP_WRITE)
        rights |= PTE_WRITE;
    if (flags & MAP_USER)
        rights |= PTE_USER;
    if (flags & MAP_UNCACHED)
        rights |= PTE_UNCACHED;
    if (!(flags & MAP_EXEC))
        rights |= PTE_NX;
    return rights;
}

/* All flags there are but writable and executable together. */
static bool draw_next_flags(u32 *flags)
{
    do {
        ++*flags;
    } while ((*flags & MAP_WRITE) && (*flags & MAP_EXEC));
    return *flags < 16;
}

static void test_leaf(struct ktest_run *t)
{
    for (unsigned level = 1; level <= 3; level++) {
        pte_t large = level > 1 ? PTE_LARGE : 0;
        for (u32 flags = 0; flags < 16; draw_next_flags(&flags)) {
            paddr_t pa = align_down(random_next(&t->random) & PTE_ADDR,
                                    pt_level_size(level));
            pte_t leaf = pte_make_leaf(pa, level, flags);
            pte_t want = pa | large | expected_rights(flags);
            CHECK(t, leaf == want,
                  "leaf of level %u, flags %#x: expected %#lx, saw %#lx", level,
                  flags, want, leaf);
        }
    }
}

static void test_table(struct ktest_run *t)
{
    const paddr_t pa = random_next(&t->random) & PTE_ADDR;
    pte_t all = PTE_PRESENT | PTE_WRITE;
    CHECK_EQ(t, pte_make_table(pa, KVA_BASE), pa | all);
    CHECK_EQ(t, pte_make_table(pa, ~(vaddr_t)0), pa | all);
    CHECK_EQ(t, pte_make_table(pa, 0), pa | all | PTE_USER);
    CHECK_EQ(t, pte_make_table(pa, ((vaddr_t)1 << 47) - 1),
             pa | all | PTE_USER);
}

/* A leaf with every bit that flags don't speak of. */
static const pte_t noted = PTE_ACCESSED | PTE_DIRTY | PTE_LARGE;

static void test_flags(struct ktest_run *t)
{
    paddr_t pa =
        align_down(random_next(&t->random) & PTE_ADDR, pt_level_size(2));
    for (u32 flags = 0; flags < 16; draw_next_flags(&flags)) {
        pte_t leaf = pa | noted | expected_rights(flags);
        CHECK(t, pte_flags(leaf) == flags,
              "the flags of %#lx: expected %#x, saw %#x", leaf, flags,
              pte_flags(leaf));
        for (u32 other = 0; other < 16; draw_next_flags(&other)) {
            pte_t want = pa | noted | expected_rights(other);
            pte_t got = pte_set_flags(leaf, other);
            CHECK(t, got == want,
                  "%#lx with flags %#x: expected %#lx, saw %#lx", leaf, other,
                  want, got);
        }
    }
}

static void test_split(struct ktest_run *t)
{
    for (unsigned level = 2; level <= 3; level++) {
        paddr_t pa = align_down(random_next(&t->random) & PTE_ADDR,
                                pt_level_size(level));
        u32 flags =
            random_below(&t->random, 2) ? MAP_WRITE | MAP_UNCACHED : MAP_EXEC;
        pte_t rest = noted | expected_rights(flags);
        pte_t part_rest = level == 2 ? rest & ~PTE_LARGE : rest;
        for (unsigned i = 0; i < PT_ENTRIES; i++) {
            pte_t want = (pa + i * pt_level_size(level - 1)) | part_rest;
            pte_t got = pte_split(pa | rest, level, i);
            CHECK(t, got == want,
                  "part %u of %#lx (level %u): expected %#lx, saw %#lx", i,
                  pa | rest, level, want, got);
        }
    }
}

/* One line a change: what was, what comes, whether CPUs must forget. */
static const struct {
    u32 before, after;
    bool must_forget;
} changes[] = {
    {MAP_READ, MAP_READ, false},
    {MAP_READ, MAP_WRITE, false},
    {MAP_WRITE, MAP_READ, true},
    {MAP_READ, MAP_EXEC, false},
    {MAP_EXEC, MAP_READ, true},
    {MAP_EXEC, MAP_WRITE, true},
    {MAP_WRITE, MAP_EXEC, true},
    {MAP_READ, MAP_USER, false},
    {MAP_USER | MAP_WRITE, MAP_WRITE, true},
    {MAP_READ, MAP_UNCACHED, true},
    {MAP_UNCACHED | MAP_WRITE, MAP_WRITE, true},
    {MAP_UNCACHED, MAP_UNCACHED | MAP_WRITE, false},
};

static void test_forget(struct ktest_run *t)
{
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        pte_t before = expected_rights(changes[i].before);
        pte_t after = expected_rights(changes[i].after);
        bool got = pte_must_forget(before, after | PTE_ACCESSED);
        CHECK(t, got == changes[i].must_forget,
              "from flags %#x to %#x a CPU %s forget", changes[i].before,
              changes[i].after, got ? "need not" : "must");
    }
}

KTEST_SUITE(pte) = {
    {"pte.leaf", test_leaf, .rounds = 8},
    {"pte.table", test_table, .rounds = 4},
    {"pte.flags", test_flags, .rounds = 4},
    {"pte.split", test_split, .rounds = 4},
    {"pte.forget", test_forget, .rounds = 1},
    {},
};
