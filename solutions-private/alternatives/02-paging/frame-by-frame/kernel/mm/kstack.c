/*
 * mm/kstack.c - kernel stacks with a guard page below them.
 *
 * A stack's frames need not lie side by side: they are allocated and mapped one
 * by one, so a stack can be had when there is no block of four left.
 */
#include "mm/kstack.h"

#include "lib/panic.h"
#include "mm/kspace.h"
#include "mm/kva.h"
#include "mm/page.h"

/* Unmap the page at `va` and give its frame back. */
static void remove_page(vaddr_t va)
{
    struct mapping found;
    if (kspace_query(va, &found) || kspace_unmap(va, PAGE_SIZE))
        panic("kstack: no page of a stack at %#lx", va);
    page_put(page_find(found.pa));
}

static bool add_page(vaddr_t va)
{
    struct page *page = page_alloc(0, PAGE_ZEROED);
    if (!page)
        return false;
    if (!kspace_map(va, page_to_phys(page), PAGE_SIZE, MAP_WRITE))
        return true;
    page_put(page);
    return false;
}

vaddr_t kstack_alloc(void)
{
    vaddr_t guard = kva_alloc(PAGE_SIZE + KSTACK_SIZE);
    if (!guard)
        return 0;
    vaddr_t bottom = guard + PAGE_SIZE, top = bottom + KSTACK_SIZE;
    for (vaddr_t va = bottom; va < top; va += PAGE_SIZE) {
        if (add_page(va))
            continue;
        while (va > bottom)
            remove_page(va -= PAGE_SIZE);
        kva_free(guard);
        return 0;
    }
    return top;
}

void kstack_free(vaddr_t top)
{
    for (vaddr_t va = top - KSTACK_SIZE; va < top; va += PAGE_SIZE)
        remove_page(va);
    kva_free(top - KSTACK_SIZE - PAGE_SIZE);
}
