/*
 * dev/screen/text.h - VGA text mode: a cell is a character and a colour.
 */
#ifndef DEV_SCREEN_TEXT_H
#define DEV_SCREEN_TEXT_H

#include "arch/x86_64/boot_info.h"
#include "dev/screen/grid.h"

/* Let the grid draw on the text screen at `memory`.  One screen only. */
void text_open(struct grid *grid, const struct boot_screen *screen,
               volatile void *memory);

#endif
