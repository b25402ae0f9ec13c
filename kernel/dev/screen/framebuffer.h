/*
 * dev/screen/framebuffer.h - a screen of pixels, and letters drawn on it.
 */
#ifndef DEV_SCREEN_FRAMEBUFFER_H
#define DEV_SCREEN_FRAMEBUFFER_H

#include "arch/x86_64/boot_info.h"
#include "dev/screen/grid.h"

/* Let the grid draw on the pixels at `memory`.  One screen only. */
void framebuffer_open(struct grid *grid, const struct boot_screen *screen,
                      volatile void *memory);

#endif
