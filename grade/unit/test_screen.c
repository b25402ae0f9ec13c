/*
 * test_screen.c - letters as cells and as pixels, in every format of pixels,
 * on rows with a gap behind them.
 *
 * Sources: dev/screen/grid.c dev/screen/text.c dev/screen/framebuffer.c
 */
#include <string.h>

#include "dev/screen/framebuffer.h"
#include "dev/screen/text.h"
#include "unit.h"

enum { LETTER_HEIGHT = 5, COLUMNS = 4, ROWS = 3, GAP = 6 };

/* As framebuffer.c sees it: a header of four bytes, then the letters. */
struct {
    u16 magic;
    u8 mode, letter_height;
    u8 letters[256][LETTER_HEIGHT];
} font = {.magic = 0x0436, .letter_height = LETTER_HEIGHT};

static struct grid grid;
static u8 memory[ROWS * LETTER_HEIGHT * (COLUMNS * 8 * 4 + GAP) + 64];

static void make_font(void)
{
    struct random random;
    random_seed(&random, 1);
    for (int c = '!'; c <= '~'; c++) {
        for (u32 y = 0; y < LETTER_HEIGHT; y++)
            font.letters[c][y] = (u8)random_next(&random);
    }
}

/* The byte that a pixel of the grid's text must consist of. */
static u8 wanted_pixel(u32 x, u32 y)
{
    char c = grid.cells[y / LETTER_HEIGHT][x / 8];
    u8 row = font.letters[(u8)c][y % LETTER_HEIGHT];
    return row & (0x80 >> x % 8) ? 0xff : 0;
}

static void test_pixels(u32 bits, u32 gap)
{
    u32 bytes = bits / 8, pitch = COLUMNS * 8 * bytes + gap;
    struct boot_screen screen = {
        .type = SCREEN_RGB,
        .pitch = pitch,
        .width = COLUMNS * 8 + 1, /* a part of a letter is left over */
        .height = ROWS * LETTER_HEIGHT + 2,
        .bits_per_pixel = (u8)bits,
    };
    unit_case("%u bits, gap of %u", bits, gap);
    memset(memory, '#', sizeof(memory));
    framebuffer_open(&grid, &screen, memory);
    EXPECT_EQ(grid.n_columns, COLUMNS);
    EXPECT_EQ(grid.n_rows, ROWS);
    grid_write(&grid, "aZ\n~0!?x\n", 9);
    for (u32 i = 0; i < sizeof(memory); i++) {
        u32 x = i % pitch / bytes, y = i / pitch;
        bool is_outside = x >= COLUMNS * 8 || y >= ROWS * LETTER_HEIGHT;
        u8 want = is_outside ? '#' : wanted_pixel(x, y);
        EXPECT(memory[i] == want, "byte %u, pixel %u, %u", i, x, y);
    }
}

static void test_cells(void)
{
    u32 pitch = COLUMNS * 2 + GAP;
    struct boot_screen screen = {
        .type = SCREEN_TEXT,
        .pitch = pitch,
        .width = COLUMNS,
        .height = ROWS,
    };
    unit_case("text");
    memset(memory, '#', sizeof(memory));
    text_open(&grid, &screen, memory);
    grid_write(&grid, "ab\nc", 4);
    EXPECT(memcmp(memory, "a\7b\7 \7 \7######", pitch) == 0);
    EXPECT(memcmp(memory + pitch, "c\7 \7 \7 \7######", pitch) == 0);
    EXPECT(memory[ROWS * pitch] == '#', "wrote beyond the screen");
}

int main(void)
{
    make_font();
    for (u32 gap = 0; gap <= GAP; gap++) {
        test_pixels(16, gap);
        test_pixels(24, gap);
        test_pixels(32, gap);
    }
    test_cells();
    return 0;
}
