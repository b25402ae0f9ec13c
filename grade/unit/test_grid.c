/*
 * test_grid.c - text on a grid of characters, drawn on a pretended device.
 *
 * Sources: dev/screen/grid.c
 */
#include "dev/screen/grid.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static struct grid grid;
static char device[GRID_ROWS_MAX][GRID_COLUMNS_MAX];
static u64 n_draws;

static void draw(u32 column, u32 row, char c)
{
    EXPECT(column < grid.n_columns && row < grid.n_rows, "%u, %u", column, row);
    device[row][column] = c;
    n_draws++;
}

static void open(u32 n_columns, u32 n_rows)
{
    unit_case("%u x %u", n_columns, n_rows);
    memset(device, '#', sizeof(device));
    grid_open(&grid, n_columns, n_rows, draw);
    n_draws = 0;
}

static void put(const char *text)
{
    grid_write(&grid, text, strlen(text));
}

/* The row shows `text` and then blanks. */
static void expect_row(u32 row, const char *text)
{
    for (u32 i = 0; i < grid.n_columns; i++) {
        char want = i < strlen(text) ? text[i] : ' ';
        EXPECT(device[row][i] == want, "row %u is `%.*s`, not `%s`", row,
               (int)grid.n_columns, device[row], text);
    }
}

static void test_lines(void)
{
    open(10, 4);
    for (u32 row = 0; row < 4; row++)
        expect_row(row, "");
    put("one\ntwo\x1b[2m");
    expect_row(0, "one");
    expect_row(1, "two?[2m");
    put("\n0123456789\n");
    expect_row(2, "0123456789");
    expect_row(3, "");
    unit_case("a long line goes on in the next row");
    open(4, 4);
    put("abcdefghij\nk");
    expect_row(0, "abcd");
    expect_row(1, "efgh");
    expect_row(2, "ij");
    expect_row(3, "k");
}

/* After any number of lines the last ones are shown, in order, above blanks.
 */
static void test_scroll(void)
{
    char text[24];
    for (u32 rows = 1; rows < 40; rows += 3) {
        open(12, rows);
        for (int i = 0; i < 100; i++) {
            snprintf(text, sizeof(text), "line %d", i);
            put(text);
            EXPECT_EQ(grid.row < rows, 1);
            expect_row(grid.row, text);
            for (u32 back = 1; back <= grid.row && (int)back <= i; back++) {
                snprintf(text, sizeof(text), "line %d", i - (int)back);
                expect_row(grid.row - back, text);
            }
            for (u32 row = grid.row + 1; row < rows; row++)
                expect_row(row, "");
            put("\n");
        }
    }
}

/* Drawing is dear: equal cells are not drawn again. */
static void test_thrift(void)
{
    open(80, 25);
    for (int i = 0; i < 25; i++)
        put("the same line again and again\n");
    EXPECT(n_draws < 25 * 32 + 8 * 32, "%lu letters drawn", n_draws);
}

static void test_sizes(void)
{
    open(1, 1);
    put("ab\ncd");
    expect_row(0, "d");
    open(100000, 100000);
    EXPECT_EQ(grid.n_columns, GRID_COLUMNS_MAX);
    EXPECT_EQ(grid.n_rows, GRID_ROWS_MAX);
}

int main(void)
{
    test_lines();
    test_scroll();
    test_thrift();
    test_sizes();
    return 0;
}
