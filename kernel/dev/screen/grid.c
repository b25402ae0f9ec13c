/*
 * dev/screen/grid.c - lines of text on a screen that is a grid of characters.
 *
 * A full row ends only when the next character comes, so a line as wide as the
 * screen is not followed by an empty one.
 *
 * Tests  grade/unit/test_grid.c
 */
#include "dev/screen/grid.h"

#include "lib/panic.h"

static u32 min_u32(u32 a, u32 b)
{
    return a < b ? a : b;
}

static void show(struct grid *grid, u32 column, u32 row, char c)
{
    if (grid->cells[row][column] == c)
        return;
    grid->cells[row][column] = c;
    grid->draw(column, row, c);
}

static void scroll(struct grid *grid)
{
    u32 n = grid->scroll_rows;
    for (u32 row = 0; row < grid->n_rows; row++) {
        for (u32 column = 0; column < grid->n_columns; column++) {
            bool is_old = row + n < grid->n_rows;
            char c = is_old ? grid->cells[row + n][column] : ' ';
            show(grid, column, row, c);
        }
    }
    grid->row -= n;
}

static void new_line(struct grid *grid)
{
    grid->column = 0;
    grid->row++;
    if (grid->row == grid->n_rows)
        scroll(grid);
}

static void put_char(struct grid *grid, char c)
{
    if (c == '\n') {
        new_line(grid);
        return;
    }
    if (grid->column == grid->n_columns)
        new_line(grid);
    show(grid, grid->column++, grid->row, c >= ' ' && c <= '~' ? c : '?');
}

void grid_open(struct grid *grid, u32 n_columns, u32 n_rows,
               void (*draw)(u32 column, u32 row, char c))
{
    assert(n_columns > 0 && n_rows > 0);
    grid->n_columns = min_u32(n_columns, GRID_COLUMNS_MAX);
    grid->n_rows = min_u32(n_rows, GRID_ROWS_MAX);
    grid->scroll_rows = grid->n_rows / 4 + 1;
    grid->column = grid->row = 0;
    grid->draw = draw;
    for (u32 row = 0; row < grid->n_rows; row++) {
        for (u32 column = 0; column < grid->n_columns; column++) {
            grid->cells[row][column] = '\0'; /* whatever the loader left */
            show(grid, column, row, ' ');
        }
    }
}

void grid_write(struct grid *grid, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        put_char(grid, text[i]);
}
