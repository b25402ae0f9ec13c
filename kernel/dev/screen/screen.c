/*
 * dev/screen/screen.c - the console on the screen that the loader set up.
 *
 * Device memory is claimed in the direct map, not mapped by kmap: so the
 * screen works from the first line on, and still when kmap itself panics.
 *
 * Locks  the console's: one CPU writes at a time
 */
#include "dev/screen/screen.h"

#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/mmio.h"
#include "core/console.h"
#include "dev/screen/framebuffer.h"
#include "dev/screen/grid.h"
#include "dev/screen/text.h"

#define CLAIM_LIMIT ((u64)4 << 30) /* mmio_claim() reaches no further */

enum {
    RGB_MIN = 64, /* pixels; holds at least one letter of any font */
    VGA_INDEX = 0x3d4,
    VGA_DATA = 0x3d5,
    VGA_CURSOR_START = 0x0a,
    VGA_CURSOR_OFF = 0x20,
};

static struct grid grid;

static void screen_write(const char *text, size_t len)
{
    grid_write(&grid, text, len);
}

static struct console screen_console = {
    .name = "screen",
    .write = screen_write,
};

/* The loader's cursor would blink where it was left. */
static void hide_cursor(void)
{
    io_write8(VGA_INDEX, VGA_CURSOR_START);
    io_write8(VGA_DATA, VGA_CURSOR_OFF);
}

/* What the loader says comes from outside: refuse what we can't draw on. */
static bool is_usable(const struct boot_screen *screen)
{
    u64 len = (u64)screen->pitch * screen->height;
    if (screen->type == SCREEN_RGB &&
        (screen->width < RGB_MIN || screen->height < RGB_MIN))
        return false;
    return len > 0 && len <= CLAIM_LIMIT && screen->base <= CLAIM_LIMIT - len;
}

void screen_init(void)
{
    const struct boot_screen *screen = &boot_info.screen;
    if (screen->type == SCREEN_NONE)
        return;
    if (!is_usable(screen)) {
        printk(LOG_WARN, "screen: not used: %u x %u at %#lx", screen->width,
               screen->height, screen->base);
        return;
    }
    u64 len = (u64)screen->pitch * screen->height;
    volatile void *memory = mmio_claim(screen->base, len);
    if (screen->type == SCREEN_TEXT) {
        hide_cursor();
        text_open(&grid, screen, memory);
    } else {
        framebuffer_open(&grid, screen, memory);
    }
    console_register(&screen_console);
    printk(LOG_INFO, "screen: %u columns, %u rows", grid.n_columns,
           grid.n_rows);
}
