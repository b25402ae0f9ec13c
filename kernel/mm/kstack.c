/*
 * mm/kstack.c - kernel stacks with a guard page below them.
 *
 *     va                                                  top
 *     | guard: not mapped | one block of frames, zeroed  |
 *     |    PAGE_SIZE      |         KSTACK_SIZE          |
 *
 * Invariants  the guard page's addresses belong to the stack's range, so
 *             nothing else is ever mapped there
 * Locks       none of its own; those of kva and kspace
 * Tests       kernel/test/kstack.c
 */
#include "mm/kstack.h"

#include "lib/panic.h"
#include "mm/kspace.h"
#include "mm/kva.h"
#include "mm/page.h"

enum { KSTACK_ORDER = 2 };

static_assert(KSTACK_SIZE == PAGE_SIZE << KSTACK_ORDER, "one block a stack");

vaddr_t kstack_alloc(void)
{
    vaddr_t va = kva_alloc(PAGE_SIZE + KSTACK_SIZE);
    if (!va)
        return 0;
    struct page *page = page_alloc(KSTACK_ORDER, PAGE_ZEROED);
    if (!page)
        goto out_va;
    if (kspace_map(va + PAGE_SIZE, page_to_phys(page), KSTACK_SIZE, MAP_WRITE))
        goto out_page;
    return va + PAGE_SIZE + KSTACK_SIZE;
out_page:
    page_put(page);
out_va:
    kva_free(va);
    return 0;
}

void kstack_free(vaddr_t top)
{
    vaddr_t bottom = top - KSTACK_SIZE;
    struct mapping found;
    int err = kspace_query(bottom, &found);
    assert(!err); /* else: freed twice, or no stack's top */
    err = kspace_unmap(bottom, KSTACK_SIZE);
    if (err)
        panic("kstack: cannot unmap %#lx (error %d)", bottom, err);
    page_put(page_find(found.pa));
    kva_free(bottom - PAGE_SIZE);
}
