/*
 * core/symbols.c - names of the kernel's functions, for people.
 *
 *     symbols_starts   where each function starts, minus IMAGE_BASE; sorted
 *     symbols_names    where its name is in symbols_text
 *     symbols_text     the names, each with a zero
 *
 * In the first pass of the link the table is empty.
 *
 * Tests  kernel/test/core.c
 */
#include "core/symbols.h"

#include "arch/x86_64/image.h"
#include "arch/x86_64/layout.h"
#include "lib/format.h"

extern const u32 symbols_n;
extern const u32 symbols_starts[], symbols_names[];
extern const char symbols_text[];

/* How many functions start at or below `offset`. */
static u32 count_up_to(u32 offset)
{
    u32 low = 0, high = symbols_n;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (symbols_starts[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *symbol_find(u64 addr, u64 *offset)
{
    if (addr < (u64)text_start || addr >= (u64)text_end)
        return NULL;
    u32 n = count_up_to((u32)(addr - IMAGE_BASE));
    if (n == 0)
        return NULL;
    *offset = addr - IMAGE_BASE - symbols_starts[n - 1];
    return symbols_text + symbols_names[n - 1];
}

/* Describe `addr` as so many bytes into the function around addr - `back`. */
static char *describe(u64 addr, u64 back, char *text)
{
    u64 offset;
    const char *name = symbol_find(addr - back, &offset);
    if (name)
        format_string(text, SYMBOL_TEXT_MAX, "%s+%#lx", name, offset + back);
    else
        format_string(text, SYMBOL_TEXT_MAX, "%#lx", addr);
    return text;
}

char *symbol_describe(u64 addr, char *text)
{
    return describe(addr, 0, text);
}

char *symbol_describe_return(u64 addr, char *text)
{
    return describe(addr, 1, text);
}
