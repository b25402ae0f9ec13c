/*
 * mm/page_debug.c - poison in free frames.
 *
 * PAGE_IS_POISONED in `flags` marks each frame that holds poison: frames that
 * were free from the start don't, since filling all RAM would slow the boot.
 *
 * Tests  grade/unit/test_page.c (compiled with CONFIG_DEBUG=1)
 */
#include "mm/page_debug.h"

#include "lib/config.h"
#include "lib/panic.h"

enum { PAGE_IS_POISONED = 1 << 7, WORDS_PER_PAGE = 512 };

static void poison(struct page *page)
{
    u64 *words = page_to_virt(page);
    for (size_t i = 0; i < WORDS_PER_PAGE; i++)
        words[i] = PAGE_POISON;
    page->flags = PAGE_IS_POISONED;
}

static void check_poison(struct page *page)
{
    const u64 *words = page_to_virt(page);
    for (size_t i = 0; i < WORDS_PER_PAGE; i++)
        if (words[i] != PAGE_POISON)
            panic("mm: frame %#lx was written to after it was freed: "
                  "%#lx at offset %#zx",
                  page_to_phys(page), words[i], i * sizeof(u64));
}

void page_debug_on_alloc(struct page *page)
{
    if (!config_debug)
        return;
    for (size_t i = 0; i < (size_t)1 << page->order; i++) {
        if (page[i].flags & PAGE_IS_POISONED)
            check_poison(&page[i]);
        page[i].flags = 0;
    }
}

void page_debug_on_free(struct page *page)
{
    if (!config_debug)
        return;
    for (size_t i = 0; i < (size_t)1 << page->order; i++)
        poison(&page[i]);
}
