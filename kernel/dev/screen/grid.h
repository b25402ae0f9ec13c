/*
 * dev/screen/grid.h - lines of text on a screen that is a grid of characters.
 *
 * Knows what every cell shows, so that device memory is only written, never
 * read, and only where something changes.  When the last row is full, several
 * rows scroll at once: drawing is dear.
 */
#ifndef DEV_SCREEN_GRID_H
#define DEV_SCREEN_GRID_H

#include "lib/types.h"

enum {
    GRID_COLUMNS_MAX = 256,
    GRID_ROWS_MAX = 128,
};

struct grid {
    u32 n_columns, n_rows; /* [I] */
    u32 column, row;       /* where the next character goes */
    u32 scroll_rows;       /* [I] how many rows scroll at once */
    /* [I] Draw a printable ASCII character or a blank. */
    void (*draw)(u32 column, u32 row, char c);
    char cells[GRID_ROWS_MAX][GRID_COLUMNS_MAX]; /* what is shown */
};

/* Clear the screen; a larger one than the maximum is used in part.  Neither
 * count may be 0. */
void grid_open(struct grid *grid, u32 n_columns, u32 n_rows,
               void (*draw)(u32 column, u32 row, char c));

/* Write text: "\n" starts a new line, what is not printable becomes `?`. */
void grid_write(struct grid *grid, const char *text, size_t len);

#endif
