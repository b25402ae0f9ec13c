/*
 * dev/screen/framebuffer.c - a screen of pixels, and letters drawn on it.
 *
 * White is all ones and black all zeros, in every format of pixels, so the
 * places of the colours don't matter.  The font is a PC Screen Font (version
 * 1: a header, then 256 letters, 8 pixels wide) from the build machine.
 */
#include "dev/screen/framebuffer.h"

#include "lib/bits.h"
#include "lib/compiler.h"
#include "lib/panic.h"

enum { FONT_MAGIC = 0x0436, LETTER_WIDTH = 8 };

struct PACKED font {
    u16 magic;
    u8 mode;
    u8 letter_height; /* rows, a byte each */
    u8 letters[];
};
static_assert(sizeof(struct font) == 4, "the header of version 1");

extern const struct font font; /* font.asm */

static struct {
    volatile u8 *pixels;
    u32 pitch;
    u32 pixel_len;  /* bytes: 2, 3 or 4 */
    bool has_words; /* pixels are words, and aligned as such */
} target;

/* Draw 8 pixels of a letter, the leftmost is the highest bit. */
static void draw_row(volatile u8 *pixel, u8 bits)
{
    for (u32 x = 0; x < LETTER_WIDTH; x++, bits <<= 1) {
        u8 value = bits & 0x80 ? 0xff : 0;
        for (u32 i = 0; i < target.pixel_len; i++)
            *pixel++ = value;
    }
}

/* The same where a pixel is a word: the usual case, and four times as fast. */
static void draw_row32(volatile u8 *pixel, u8 bits)
{
    volatile u32 *p = (volatile u32 *)pixel;
    for (u32 x = 0; x < LETTER_WIDTH; x++, bits <<= 1)
        *p++ = bits & 0x80 ? 0xffffffff : 0;
}

static void draw(u32 column, u32 row, char c)
{
    u32 height = font.letter_height;
    const u8 *letter = font.letters + (u8)c * height;
    volatile u8 *pixel = target.pixels + (u64)row * height * target.pitch +
                         column * LETTER_WIDTH * target.pixel_len;
    for (u32 y = 0; y < height; y++, pixel += target.pitch) {
        if (target.has_words)
            draw_row32(pixel, letter[y]);
        else
            draw_row(pixel, letter[y]);
    }
}

void framebuffer_open(struct grid *grid, const struct boot_screen *screen,
                      volatile void *memory)
{
    assert(font.magic == FONT_MAGIC);
    assert(font.letter_height > 0 && font.letter_height <= 64);
    target.pixels = memory;
    target.pitch = screen->pitch;
    target.pixel_len = screen->bits_per_pixel / 8;
    target.has_words = target.pixel_len == sizeof(u32) &&
                       is_aligned((u64)memory | target.pitch, sizeof(u32));
    grid_open(grid, screen->width / LETTER_WIDTH,
              screen->height / font.letter_height, draw);
}
