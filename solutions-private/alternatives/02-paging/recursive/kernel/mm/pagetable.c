/*
 * mm/pagetable.c - make page tables, look into them, map.
 *
 * Every operation is a loop over a range: walk to the entry for an address, do
 * something to it, go on behind what it covers.  Ranges are kept as a start
 * and a length, since one that ends at the very top has no end address.
 *
 * Invariants  the caller's lock is held while a table changes
 *             no table is empty but those that pagetable.h excepts, so where
 *             nothing is mapped a leaf of any size can go in
 *             n_tables counts the frames of all tables that are ours
 * Spec        Intel SDM 3A, sections 4.5 and 4.10
 * Tests       grade/unit/test_pagetable.c, kernel/test/pagetable.c
 */
#include "mm/pagetable.h"

#include "abi/errno.h"
#include "arch/x86_64/cpu_features.h"
#include "lib/bits.h"
#include "lib/panic.h"
#include "mm/page.h"
#include "mm/tlb.h"
#include "mm/vrange.h"

/* Let the empty `entry`, on the way to `va`, point at a table. */
static void link_table(struct page_table *table, pte_t *entry, vaddr_t va,
                       struct page *page)
{
    assert(*entry == 0);
    *entry = pte_make_table(page_to_phys(page), va);
    table->n_tables++;
}

/*
 * Creation and destruction
 */

static void share_kernel_half(struct page_table *table)
{
    const pte_t *from = phys_to_virt(table->kernel->root);
    pte_t *to = phys_to_virt(table->root);
    for (unsigned i = PT_ENTRIES / 2; i < PT_ENTRIES; i++)
        to[i] = from[i];
}

int page_table_create(struct page_table *table, const struct page_table *kernel)
{
    struct page *page = page_alloc(0, PAGE_ZEROED);
    if (!page)
        return -ENOMEM;
    *table = (struct page_table){
        .root = page_to_phys(page),
        .n_tables = 1,
        .kernel = kernel,
    };
    if (kernel)
        share_kernel_half(table);
    return 0;
}

/* Give back the tables that the first n of these entries point at. */
static void free_below(pte_t *entries, unsigned level, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!pte_is_table(entries[i], level))
            continue;
        free_below(pte_table(entries[i]), level - 1, PT_ENTRIES);
        page_put(page_find(entries[i] & PTE_ADDR));
    }
}

void page_table_destroy(struct page_table *table)
{
    assert(table->root != mmu_root()); /* else: we stand on it */
    unsigned n_own = table->kernel ? PT_ENTRIES / 2 : PT_ENTRIES;
    free_below(phys_to_virt(table->root), PT_LEVELS, n_own);
    page_put(page_find(table->root));
    table->root = 0;
}

int page_table_prepare(struct page_table *table, vaddr_t va, u64 len)
{
    if (!va_range_is_valid(va, len))
        return -EINVAL;
    for (u64 done = 0; done < len;) {
        pte_t *entry = page_table_walk(table, va + done, PT_LEVELS).entry;
        if (*entry == 0) {
            struct page *page = page_alloc(0, PAGE_ZEROED);
            if (!page)
                return -ENOMEM;
            link_table(table, entry, va + done, page);
        }
        done += va_bytes_left(va + done, PT_LEVELS);
    }
    return 0;
}

/*
 * Looking
 */

struct pt_walk page_table_walk(const struct page_table *table, vaddr_t va,
                               unsigned lowest)
{
    assert(lowest >= 1 && lowest <= PT_LEVELS);
    pte_t *entries = phys_to_virt(table->root);
    unsigned level = PT_LEVELS;
    pte_t *entry = &entries[pt_index(va, level)];
    while (level > lowest && pte_is_table(*entry, level)) {
        level--;
        entry = &pte_table(*entry)[pt_index(va, level)];
    }
    return (struct pt_walk){entry, level};
}

int page_table_query(const struct page_table *table, vaddr_t va,
                     struct mapping *found)
{
    struct pt_walk at = page_table_walk(table, va, 1);
    pte_t leaf = *at.entry;
    if (!va_is_canonical(va) || !(leaf & PTE_PRESENT))
        return -ENOENT;
    u64 size = pt_level_size(at.level);
    *found = (struct mapping){
        .pa = (leaf & PTE_ADDR) + (va & (size - 1)),
        .size = size,
        .flags = pte_flags(leaf),
    };
    return 0;
}

/*
 * Mapping, from the top down: each table maps what of the range it covers and
 * lets the tables below do the rest.  Where memory runs out, everything that
 * was done is undone.
 */

static bool frames_are_valid(paddr_t pa, u64 len)
{
    paddr_t last = pa + len - 1;
    return is_aligned(pa, PAGE_SIZE) && last > pa &&
           last < PTE_ADDR + PAGE_SIZE;
}

static unsigned largest_level(vaddr_t va, paddr_t pa, u64 len)
{
    unsigned level = cpu_features.has_gib_pages ? 3 : 2;
    while (!is_aligned(va | pa, pt_level_size(level)) ||
           len < pt_level_size(level))
        level--;
    return level;
}

/* What is being mapped, and where in it we are. */
struct job {
    struct page_table *table;
    vaddr_t va;
    paddr_t pa;
    u64 left;
    u32 flags;
};

/* Whether nothing in the next `len` bytes is mapped, below this table. */
static bool is_free_below(const pte_t *entries, unsigned level, vaddr_t va,
                          u64 len)
{
    while (len > 0) {
        pte_t entry = entries[pt_index(va, level)];
        u64 step = va_bytes_left(va, level);
        step = step < len ? step : len;
        if (pte_is_table(entry, level)) {
            if (!is_free_below(pte_table(entry), level - 1, va, step))
                return false;
        } else if (entry & PTE_PRESENT) {
            return false;
        }
        va += step;
        len -= step;
    }
    return true;
}

/* Map what of the job lies below this table. */
static int map_below(struct job *job, pte_t *entries, unsigned level)
{
    do {
        pte_t *entry = &entries[pt_index(job->va, level)];
        if (largest_level(job->va, job->pa, job->left) >= level) {
            *entry = pte_make_leaf(job->pa, level, job->flags);
            job->va += pt_level_size(level);
            job->pa += pt_level_size(level);
            job->left -= pt_level_size(level);
            continue;
        }
        if (*entry == 0) {
            struct page *page = page_alloc(0, PAGE_ZEROED);
            if (!page)
                return -ENOMEM;
            link_table(job->table, entry, job->va, page);
        }
        int err = map_below(job, pte_table(*entry), level - 1);
        if (err)
            return err;
    } while (job->left > 0 && pt_index(job->va, level) != 0);
    return 0;
}

/* Everything of the range goes, and every table that is then empty. */
static void undo(struct page_table *table, vaddr_t va, u64 len)
{
    struct tlb_batch batch;
    tlb_batch_begin(&batch, &table->cpus);
    int err = page_table_unmap(table, va, len, &batch);
    assert(!err); /* nothing needs to be split */
    tlb_batch_finish(&batch);
}

int page_table_map(struct page_table *table, vaddr_t va, paddr_t pa, u64 len,
                   u32 flags)
{
    if (!va_range_is_valid(va, len) || !frames_are_valid(pa, len) ||
        !pte_flags_are_valid(va, flags))
        return -EINVAL;
    if (!is_free_below(phys_to_virt(table->root), PT_LEVELS, va, len))
        return -EEXIST;
    struct job job = {table, va, pa, len, flags};
    int err = map_below(&job, phys_to_virt(table->root), PT_LEVELS);
    if (err)
        undo(table, va, len);
    return err;
}
