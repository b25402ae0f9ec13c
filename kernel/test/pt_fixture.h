/*
 * test/pt_fixture.h - a page table of its own for each test, and a way to look
 * at memory through it.
 */
#ifndef TEST_PT_FIXTURE_H
#define TEST_PT_FIXTURE_H

#include "arch/x86_64/probe.h"
#include "core/ktest.h"
#include "lib/types.h"
#include "mm/pagetable.h"
#include "mm/tlb.h"

/* Where the tests map things: far from everything, in the lower half. */
#define TEST_BASE 0x0000123400000000u

#define KIB ((u64)1 << 10)
#define MIB ((u64)1 << 20)
#define GIB ((u64)1 << 30)

extern struct page_table test_table;
extern struct tlb_batch test_batch; /* of test_table */

/* Make test_table empty; its upper half is that of the tables in use.  False,
 * and the test has failed, without memory. */
bool pt_begin(struct ktest_run *t);

/* Give it back; fails the test unless all its frames come back, too. */
void pt_end(struct ktest_run *t);

/* page_table_unmap() and page_table_protect() in test_table, with a batch that
 * is finished. */
int pt_unmap(vaddr_t va, u64 len);
int pt_protect(vaddr_t va, u64 len, u32 flags);

/* Use test_table on this CPU, or what was used before; interrupts are off. */
void pt_load(void);
void pt_unload(void);

/* Use test_table from pt_enter() to pt_leave(), with interrupts off. */
void pt_enter(void);
void pt_leave(void);

/* Whether using up all memory takes no more than a moment; else skips the
 * test. */
bool pt_can_hoard(struct ktest_run *t);

/* Take all frames there are but n blocks of 2^order. */
void pt_hoard(size_t n, unsigned order);

/* Give back what pt_hoard() took. */
void pt_share(void);

#endif
