/*
 * mm/kva.c - who has which addresses of the kernel's map area.
 *
 * Used ranges are on a list, sorted by address.  A new one goes into the first
 * gap that is large enough at or behind `hint`, below which there is no gap at
 * all: so stacks, which are all of one size, are found without a search.
 *
 * Invariants  ranges are sorted, don't overlap, lie inside of the area
 *             from KVA_BASE to `hint` every address is used
 * Locks       kva_lock (RANK_KERNEL_MAP), never held while memory is allocated
 * Tests       grade/unit/test_kva.c
 */
#include "mm/kva.h"

#include "arch/x86_64/layout.h"
#include "core/spinlock.h"
#include "lib/bits.h"
#include "lib/list.h"
#include "lib/panic.h"
#include "mm/kmalloc.h"

struct range {
    struct list link; /* [L] */
    vaddr_t start;    /* [I] */
    u64 len;          /* [I] */
};

static struct spinlock kva_lock = SPINLOCK_INIT("kva", RANK_KERNEL_MAP);
static struct list ranges = LIST_INIT(ranges); /* [kva_lock] by address */
static struct list *hint = &ranges; /* [kva_lock] before the first gap */
static size_t n_ranges;             /* [kva_lock] */

/* Where the range that `link` is in ends; the list's head stands for the
 * beginning of the area. */
static vaddr_t end_of(const struct list *link)
{
    if (link == &ranges)
        return KVA_BASE;
    const struct range *range = list_entry(link, struct range, link);
    return range->start + range->len;
}

/* Where the gap behind `link` ends. */
static vaddr_t gap_end(const struct list *link)
{
    if (link->next == &ranges)
        return KVA_BASE + KVA_SIZE;
    return list_entry(link->next, struct range, link)->start;
}

/* The last range before the first gap of `len` bytes; NULL if there is none. */
static struct list *find_gap(u64 len) REQUIRES(kva_lock)
{
    while (hint->next != &ranges && gap_end(hint) == end_of(hint))
        hint = hint->next;
    struct list *link = hint;
    do {
        if (gap_end(link) - end_of(link) >= len)
            return link;
        link = link->next;
    } while (link != &ranges);
    return NULL;
}

static struct range *find_range(vaddr_t va) REQUIRES(kva_lock)
{
    struct range *range;
    list_for_each (range, &ranges, link)
        if (range->start == va)
            return range;
    return NULL;
}

vaddr_t kva_alloc(u64 len)
{
    assert(len > 0 && is_aligned(len, PAGE_SIZE));
    struct range *range = kmalloc(sizeof(*range));
    if (!range)
        return 0;
    spin_lock(&kva_lock);
    struct list *before = find_gap(len);
    if (before) {
        range->start = end_of(before);
        range->len = len;
        list_insert_before(before->next, &range->link);
        n_ranges++;
    }
    spin_unlock(&kva_lock);
    if (before)
        return range->start;
    kfree(range);
    return 0;
}

u64 kva_find_len(vaddr_t va)
{
    spin_lock(&kva_lock);
    struct range *range = find_range(va);
    u64 len = range ? range->len : 0;
    spin_unlock(&kva_lock);
    return len;
}

void kva_free(vaddr_t va)
{
    spin_lock(&kva_lock);
    struct range *range = find_range(va);
    assert(range); /* else: freed twice, or never allocated */
    if (range->start < end_of(hint))
        hint = range->link.prev;
    list_remove(&range->link);
    n_ranges--;
    spin_unlock(&kva_lock);
    kfree(range);
}

size_t kva_count(void)
{
    spin_lock(&kva_lock);
    size_t n = n_ranges;
    spin_unlock(&kva_lock);
    return n;
}
