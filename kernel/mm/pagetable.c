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
 * Mapping.  The tables that will be needed are counted and allocated before
 * the first entry changes: then nothing can fail half way.
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

static bool range_is_free(const struct page_table *table, vaddr_t va, u64 len)
{
    u64 done = 0;
    while (done < len) {
        struct pt_walk at = page_table_walk(table, va + done, 1);
        if (*at.entry & PTE_PRESENT)
            return false;
        done += va_bytes_left(va + done, at.level);
    }
    return true;
}

/* Tables that are missing for mapping this: each is counted at the first page
 * of the range that needs it. */
static size_t count_missing(const struct page_table *table, vaddr_t va,
                            paddr_t pa, u64 len)
{
    size_t n = 0;
    for (u64 done = 0; done < len;) {
        unsigned leaf = largest_level(va + done, pa + done, len - done);
        unsigned level = page_table_walk(table, va + done, leaf).level;
        for (; level > leaf; level--)
            if (done == 0 || is_aligned(va + done, pt_level_size(level)))
                n++;
        done += pt_level_size(leaf);
    }
    return n;
}

static void free_spare(struct list *spare)
{
    for (struct list *link; (link = list_pop_front(spare));)
        page_put(list_entry(link, struct page, link));
}

static int alloc_spare(struct list *spare, size_t n)
{
    list_init(spare);
    for (; n > 0; n--) {
        struct page *page = page_alloc(0, PAGE_ZEROED);
        if (!page) {
            free_spare(spare);
            return -ENOMEM;
        }
        list_push_back(spare, &page->link);
    }
    return 0;
}

/* The entry for `va` at `level`; makes the tables above out of `spare`. */
static pte_t *make_path(struct page_table *table, vaddr_t va, unsigned level,
                        struct list *spare)
{
    struct pt_walk at = page_table_walk(table, va, level);
    while (at.level > level) {
        struct list *link = list_pop_front(spare);
        assert(link); /* else: counted wrong */
        link_table(table, at.entry, va, list_entry(link, struct page, link));
        at = page_table_walk(table, va, level);
    }
    assert(*at.entry == 0);
    return at.entry;
}

int page_table_map(struct page_table *table, vaddr_t va, paddr_t pa, u64 len,
                   u32 flags)
{
    if (!va_range_is_valid(va, len) || !frames_are_valid(pa, len) ||
        !pte_flags_are_valid(va, flags))
        return -EINVAL;
    if (!range_is_free(table, va, len))
        return -EEXIST;
    struct list spare;
    int err = alloc_spare(&spare, count_missing(table, va, pa, len));
    if (err)
        return err;
    for (u64 done = 0; done < len;) { /* from here on nothing fails */
        unsigned level = largest_level(va + done, pa + done, len - done);
        pte_t *entry = make_path(table, va + done, level, &spare);
        *entry = pte_make_leaf(pa + done, level, flags);
        done += pt_level_size(level);
    }
    assert(list_is_empty(&spare));
    return 0;
}
