/*
 * mm/pagetable.h - the page tables of one address space.
 *
 *     va  63         48 47     39 38     30 29     21 20     12 11        0
 *        | all as bit 47 | level 4 | level 3 | level 2 | level 1 |  offset  |
 *
 * An entry is empty, points at a table of the next lower level, or is a *leaf*
 * that maps memory: 4 KiB at level 1, 2 MiB at level 2, 1 GiB at level 3 (if
 * the CPU can).  Rights are the leaf's business alone: an entry that points at
 * a table grants everything, which is PTE_PRESENT and PTE_WRITE, and PTE_USER
 * in the user's half.
 *
 * What all of these promise:
 *
 *   - an error changes nothing that can be seen by page_table_query(), except
 *     that -ENOMEM may leave a large page split into smaller ones;
 *   - a table that maps nothing is given back, except the top table and, in
 *     the kernel's half, tables at level 3: other address spaces point there;
 *   - the frames that are mapped are the caller's, these only take and give
 *     the frames of tables.
 *
 * Ranges are whole pages, not empty, and stay within one half of the address
 * space; anything else is -EINVAL.  The caller holds the lock that guards the
 * table.
 */
#ifndef MM_PAGETABLE_H
#define MM_PAGETABLE_H

#include "lib/compiler.h"
#include "lib/types.h"
#include "mm/pte.h"

struct tlb_batch;

struct page_table {
    paddr_t root;    /* [I] the top table */
    size_t n_tables; /* [P] frames that its tables take, the top one's too */
    u32 cpus;        /* [A] CPUs that may remember its translations */
    const struct page_table *kernel; /* [I] whose upper half this one shares,
                                      *     or NULL: it has its own */
};

/* Where a walk ended. */
struct pt_walk {
    pte_t *entry;
    unsigned level; /* of the table that the entry is in, 4 to 1 */
};

/* What page_table_query() found. */
struct mapping {
    paddr_t pa; /* of the very address that was asked for */
    u64 size;   /* of the page it is in: 4 KiB, 2 MiB or 1 GiB */
    u32 flags;  /* enum map_flags */
};

/*
 * Make an empty table.  With `kernel`, its upper half is that of `kernel`,
 * entry by entry, and must not be changed through `table`.  -ENOMEM.
 */
int page_table_create(struct page_table *table, const struct page_table *kernel)
    MUST_CHECK;

/* Give back all tables that are its own.  No CPU may use it any more. */
void page_table_destroy(struct page_table *table);

/*
 * Make sure that the top table's entries for the range point at tables, so
 * that they never change again.  -EINVAL; -ENOMEM, and then some may.
 */
int page_table_prepare(struct page_table *table, vaddr_t va, u64 len)
    MUST_CHECK;

/*
 * Walk from the top towards `va`, down to level `lowest` at most.  Ends at the
 * entry of that level, or sooner: at one that is not present, or is a leaf.
 * Changes nothing.  Any context.
 */
struct pt_walk page_table_walk(const struct page_table *table, vaddr_t va,
                               unsigned lowest);

/* What `va` is mapped to.  -ENOENT if it is not. */
int page_table_query(const struct page_table *table, vaddr_t va,
                     struct mapping *found) MUST_CHECK;

/*
 * Map [va, va + len) to [pa, pa + len), page by page with the largest pages
 * that fit: a leaf covers 2 MiB or 1 GiB wherever `va` and `pa` are multiples
 * of that and as much is left.  -EINVAL also for flags as said above, and for
 * a `pa` that is not page-aligned or reaches beyond PTE_ADDR; -EEXIST if any
 * page of the range is mapped; -ENOMEM.
 */
int page_table_map(struct page_table *table, vaddr_t va, paddr_t pa, u64 len,
                   u32 flags) MUST_CHECK;

/*
 * Make `va`, a multiple of PAGE_SIZE, a place where pages meet: a large page
 * that has it inside gives way to a table of smaller ones that map the same,
 * and so on, until none has.  Changes no translation, so no CPU need forget
 * anything.  -ENOMEM.
 */
int page_table_split(struct page_table *table, vaddr_t va) MUST_CHECK;

/*
 * Give what of the range is mapped other flags: all of them are replaced, what
 * the CPU noted (accessed, dirty) stays.  A large page of which only a part is
 * meant is split first.  -EINVAL (for flags as well), -ENOMEM.
 *
 * An address goes into the batch for each leaf that lost a right or changed
 * its caching; none for one that only won: a CPU that remembers less looks
 * again before it complains.
 */
int page_table_protect(struct page_table *table, vaddr_t va, u64 len, u32 flags,
                       struct tlb_batch *batch) MUST_CHECK;

/*
 * Unmap what of the range is mapped, after splitting as above: the rest of a
 * large page stays mapped as it was.  -EINVAL, -ENOMEM.
 *
 * CPUs may remember what is gone.  So, for each leaf that was taken away, an
 * address in it goes into the batch (tlb_batch_add()), and frames of tables go
 * through it (tlb_batch_put()); the caller ends with tlb_batch_finish().
 */
int page_table_unmap(struct page_table *table, vaddr_t va, u64 len,
                     struct tlb_batch *batch) MUST_CHECK;

#endif
