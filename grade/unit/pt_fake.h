/*
 * pt_fake.h - frames, and a merciless TLB, for tests of page tables.
 *
 * The TLB remembers every translation and every table that there is, from the
 * moment they are made until it is told to forget.  fake_tlb_check() finds
 * what should have been forgotten; page_put() of a table that is still
 * remembered ends the test.
 *
 * Include in one file that is linked with mm/pagetable.c and mm/tlb.c.
 */
#ifndef UNIT_PT_FAKE_H
#define UNIT_PT_FAKE_H

#include <string.h>

#include "arch/x86_64/cpu_features.h"
#include "arch/x86_64/layout.h"
#include "core/cpucall.h"
#include "mm/page.h"
#include "mm/pagetable.h"
#include "unit.h"

enum { FAKE_FRAMES = 4096, FAKE_LEAVES = 100000 };
#define FAKE_BASE 0x40000000u

struct fake_leaf {
    vaddr_t va;
    unsigned level;
    pte_t entry;
};

static struct page fake_pages[FAKE_FRAMES];
static bool fake_remembered[FAKE_FRAMES]; /* as a table */
static size_t fake_n_used, fake_fail_in;  /* allocations until memory is out */
static const struct page_table *fake_table; /* that the TLB watches */
static struct fake_leaf fake_tlb[FAKE_LEAVES];
static size_t fake_n_tlb, fake_n_invalidated, fake_n_loaded;

struct cpu_features cpu_features = {.has_gib_pages = true};

/*
 * Frames
 */

struct page *page_alloc(unsigned order, enum page_flags flags)
{
    EXPECT_EQ(order, 0);
    if (fake_fail_in > 0 && --fake_fail_in == 0) {
        fake_fail_in = 1; /* for ever */
        return NULL;
    }
    for (size_t i = 0; i < FAKE_FRAMES; i++) {
        struct page *page = &fake_pages[i];
        if (page->refs > 0)
            continue;
        page->refs = 1;
        fake_n_used++;
        memset(page_to_virt(page), flags & PAGE_ZEROED ? 0 : 0xa5, PAGE_SIZE);
        return page;
    }
    unit_fail(__FILE__, __LINE__, "page_alloc()", "more frames than expected");
}

void page_put(struct page *page)
{
    EXPECT(page, "page_put(NULL)");
    EXPECT(page->refs == 1, "a table is given back twice");
    EXPECT(!fake_remembered[page - fake_pages],
           "a table is given back while the TLB remembers it");
    page->refs = 0;
    fake_n_used--;
    memset(page_to_virt(page), 0xff, PAGE_SIZE);
}

struct page *page_find(paddr_t pa)
{
    EXPECT(pa >= FAKE_BASE && pa < FAKE_BASE + FAKE_FRAMES * PAGE_SIZE,
           "%#llx is no frame of a table", (unsigned long long)pa);
    return &fake_pages[(pa - FAKE_BASE) / PAGE_SIZE];
}

paddr_t page_to_phys(const struct page *page)
{
    return FAKE_BASE + (paddr_t)(page - fake_pages) * PAGE_SIZE;
}

/*
 * The TLB
 */

static void fake_remember(paddr_t table, unsigned level, vaddr_t base)
{
    const pte_t *entries = phys_to_virt(table);
    fake_remembered[page_find(table) - fake_pages] = true;
    for (unsigned i = 0; i < PT_ENTRIES; i++) {
        vaddr_t va = base + i * pt_level_size(level);
        va |= va >> 47 ? (vaddr_t)0xffff << 48 : 0;
        if (!(entries[i] & PTE_PRESENT))
            continue;
        if (level > 1 && !(entries[i] & PTE_LARGE)) {
            fake_remember(entries[i] & PTE_ADDR, level - 1, va);
            continue;
        }
        EXPECT(fake_n_tlb < FAKE_LEAVES, "more leaves than expected");
        fake_tlb[fake_n_tlb++] = (struct fake_leaf){va, level, entries[i]};
    }
}

/* Remember all that there is now, and nothing else. */
static void fake_tlb_fill(void)
{
    fake_n_tlb = 0;
    memset(fake_remembered, 0, sizeof(fake_remembered));
    if (fake_table)
        fake_remember(fake_table->root, PT_LEVELS, 0);
}

void host_on_load(paddr_t root)
{
    fake_n_loaded++;
    fake_tlb_fill();
}

/* The leaf that maps `va` by now; level 0 if none does. */
static struct fake_leaf fake_see(vaddr_t va)
{
    paddr_t table = fake_table->root;
    for (unsigned level = PT_LEVELS;; level--) {
        pte_t entry = ((pte_t *)phys_to_virt(table))[pt_index(va, level)];
        if (!(entry & PTE_PRESENT))
            return (struct fake_leaf){va, 0, 0};
        if (level == 1 || (entry & PTE_LARGE))
            return (struct fake_leaf){va & -pt_level_size(level), level, entry};
        table = entry & PTE_ADDR;
    }
}

/* INVLPG forgets that page, large or not, and all tables; and what is
 * forgotten is remembered again at once, as it is now. */
void host_on_invalidate(vaddr_t va)
{
    fake_n_invalidated++;
    for (size_t i = fake_n_tlb; i-- > 0;)
        if (((fake_tlb[i].va ^ va) & -pt_level_size(fake_tlb[i].level)) == 0)
            fake_tlb[i] = fake_tlb[--fake_n_tlb];
    struct fake_leaf now = fake_see(va);
    if (now.level)
        fake_tlb[fake_n_tlb++] = now;
    size_t n = fake_n_tlb;
    memset(fake_remembered, 0, sizeof(fake_remembered));
    fake_remember(fake_table->root, PT_LEVELS, 0);
    fake_n_tlb = n;
}

/* Whether `old` grants something at `va` that is no longer granted. */
static bool fake_is_stale(const struct fake_leaf *old, vaddr_t va)
{
    struct fake_leaf now = fake_see(va);
    if (!now.level)
        return true;
    u64 old_size = pt_level_size(old->level);
    u64 now_size = pt_level_size(now.level);
    paddr_t old_pa = (old->entry & PTE_ADDR) + (va & (old_size - 1));
    paddr_t now_pa = (now.entry & PTE_ADDR) + (va & (now_size - 1));
    return old_pa != now_pa || (old->entry & ~now.entry & PTE_WRITE) ||
           (old->entry & ~now.entry & PTE_USER) ||
           (now.entry & ~old->entry & PTE_NX) ||
           ((old->entry ^ now.entry) & PTE_UNCACHED);
}

/* Fail the test if the TLB remembers what the table no longer says. */
static void fake_tlb_check(void)
{
    for (size_t i = 0; i < fake_n_tlb; i++) {
        const struct fake_leaf *old = &fake_tlb[i];
        u64 size = pt_level_size(old->level);
        for (u64 done = 0; done < size;) {
            vaddr_t va = old->va + done;
            EXPECT(!fake_is_stale(old, va), "%#llx was not forgotten",
                   (unsigned long long)va);
            u64 step = pt_level_size(fake_see(va).level);
            done += step < size ? step : size;
        }
    }
}

/* What a CPU that uses the table is asked to do. */
void cpucall(u32 set, void (*fn)(void *arg), void *arg)
{
    if (set & 1)
        fn(arg);
}

/* Begin anew: all frames are free, nobody watches. */
static void fake_begin(void)
{
    static bool has_ram;
    if (!has_ram)
        host_ram_create(FAKE_BASE, FAKE_FRAMES * PAGE_SIZE);
    has_ram = true;
    memset(fake_pages, 0, sizeof(fake_pages));
    fake_n_used = fake_fail_in = fake_n_invalidated = fake_n_loaded = 0;
    fake_table = NULL;
    fake_tlb_fill();
}

/* From now on CPU 0 uses this table. */
static void fake_watch(struct page_table *table)
{
    fake_table = table;
    table->cpus = 1;
    fake_tlb_fill();
}

#endif
