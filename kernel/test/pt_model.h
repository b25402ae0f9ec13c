/*
 * test/pt_model.h - what a page table should say, kept as a list of pieces.
 *
 * Each call does a thing to the real table and to the model, and compares what
 * came back.  pt_model_compare() then asks the table for every piece.  The
 * addresses that are mapped need not exist: nobody touches them.
 *
 * All return NULL, or what is wrong.
 */
#ifndef TEST_PT_MODEL_H
#define TEST_PT_MODEL_H

#include "lib/random.h"
#include "lib/types.h"
#include "mm/pagetable.h"
#include "mm/tlb.h"

enum { PT_PIECES_MAX = 300, PT_WRONG_MAX = 160 };

struct pt_piece {
    vaddr_t va;
    u64 len;
    paddr_t pa;
    u32 flags;
};

struct pt_model {
    struct page_table *table;
    struct tlb_batch *batch; /* for unmap and protect; finished after each */
    bool may_lack_memory;    /* -ENOMEM is an answer, too */
    size_t n;
    struct pt_piece pieces[PT_PIECES_MAX];
    char wrong[PT_WRONG_MAX];
};

/* Begin with a table that maps nothing. */
void pt_model_begin(struct pt_model *m, struct page_table *table,
                    struct tlb_batch *batch);

/* page_table_map() of a piece: 0, or -EEXIST if the model has some of it. */
const char *pt_model_map(struct pt_model *m, struct pt_piece piece);

/* page_table_unmap() of any range. */
const char *pt_model_unmap(struct pt_model *m, vaddr_t va, u64 len);

/* page_table_protect() of any range. */
const char *pt_model_protect(struct pt_model *m, vaddr_t va, u64 len,
                             u32 flags);

/* Ask for every piece, and look for malformed or forgotten tables. */
const char *pt_model_compare(struct pt_model *m);

/* One drawn request in the first 4 GiB from `base` on. */
const char *pt_model_step(struct pt_model *m, struct random *random,
                          vaddr_t base);

/* Unmap all pieces in drawn order; nothing may be left. */
const char *pt_model_drain(struct pt_model *m, struct random *random);

#endif
