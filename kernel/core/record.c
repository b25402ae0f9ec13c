/*
 * core/record.c - verdicts for the host, on a channel of their own.
 *
 * Locks  record_lock (RANK_RECORD, innermost): the sequence number, the port
 */
#include "core/record.h"

#include <stdarg.h>

#include "arch/x86_64/fw_cfg.h"
#include "arch/x86_64/qemu.h"
#include "core/spinlock.h"
#include "lib/format.h"
#include "lib/string.h"

enum { NONCE_MAX = 65, PREFIX_MAX = NONCE_MAX + 40 };

static struct spinlock record_lock = SPINLOCK_INIT("record", RANK_RECORD);
static char nonce[NONCE_MAX] = "-";
static u64 next_seq; /* [L] */

/* Nothing in the text may end the line. */
static void clean_text(char *text)
{
    for (; *text; text++) {
        if ((u8)*text < ' ')
            *text = ' ';
    }
}

static void write_text(const char *text)
{
    for (; *text; text++)
        qemu_debug_write((u8)*text);
}

void record_init(void)
{
    char text[NONCE_MAX];
    if (fw_cfg_read_text("opt/quern/nonce", text, sizeof(text)) <= 0)
        return;
    clean_text(text);
    string_copy(nonce, text, sizeof(nonce));
}

void record(const char *kind, const char *fmt, ...)
{
    char prefix[PREFIX_MAX];
    char text[RECORD_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    format_args(text, sizeof(text), fmt, args);
    va_end(args);
    clean_text(text);

    spin_lock(&record_lock);
    format_string(prefix, sizeof(prefix), "%s %lu %s ", nonce, next_seq, kind);
    next_seq++;
    write_text(prefix);
    write_text(text);
    write_text("\n");
    spin_unlock(&record_lock);
}
