/*
 * test/pt_census.h - count what a page table is made of, and find malformed
 * entries.
 *
 * Reads the tables by itself, with none of the functions that it judges.
 */
#ifndef TEST_PT_CENSUS_H
#define TEST_PT_CENSUS_H

#include "arch/x86_64/mmu.h"
#include "lib/types.h"
#include "mm/pagetable.h"

struct pt_census {
    size_t n_tables;
    size_t n_leaves[PT_LEVELS + 1]; /* by level */
    u64 n_bytes;                    /* that are mapped */
    const char *wrong;              /* the first thing found, or NULL */
    vaddr_t wrong_at;
};

/* Count what lies below `table`, the upper half only if it is its own. */
struct pt_census pt_census(const struct page_table *table);

#endif
