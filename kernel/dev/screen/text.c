/*
 * dev/screen/text.c - VGA text mode: a cell is a character and a colour.
 */
#include "dev/screen/text.h"

enum { GREY_ON_BLACK = 0x07 };

static volatile u8 *cells;
static u32 row_len; /* bytes */

static void draw(u32 column, u32 row, char c)
{
    volatile u8 *cell = cells + row * row_len + column * 2;
    cell[0] = (u8)c;
    cell[1] = GREY_ON_BLACK;
}

void text_open(struct grid *grid, const struct boot_screen *screen,
               volatile void *memory)
{
    cells = memory;
    row_len = screen->pitch;
    grid_open(grid, screen->width, screen->height, draw);
}
