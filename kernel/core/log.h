/*
 * core/log.h - the kernel's log: the last 64 KiB of lines, in a ring.
 *
 * New lines push out the oldest.  Readers keep a cursor, so several can follow
 * the log independently; one that was overtaken goes on with the oldest line
 * there is.  Nothing here locks: the caller does (core/printk.c).
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "lib/compiler.h"
#include "lib/printk.h"
#include "lib/types.h"

enum {
    LOG_RING_SIZE = 65536, /* bytes; a power of two */
    LOG_TEXT_MAX = 240,    /* bytes of a line, with its zero; longer are cut */
    LOG_PLAIN = LOG_DEBUG + 1, /* level: every console, without a stamp */
};

/* All zero is an empty ring. */
struct log_ring {
    u64 head; /* bytes ever written: the next line goes to head % size */
    u64 tail; /* where the oldest complete line starts */
    u8 bytes[LOG_RING_SIZE];
};

struct log_line {
    u64 time_ns;
    u32 level; /* enum log_level or LOG_PLAIN */
    u32 len;
    char text[LOG_TEXT_MAX]; /* no control characters, zero-terminated */
};

/* Add a line; control characters in it become `?`. */
void log_append(struct log_ring *ring, u64 time_ns, u32 level,
                const char *text);

/* Read the line at *cursor (0: the oldest) and move on; false at the end. */
bool log_read(const struct log_ring *ring, u64 *cursor, struct log_line *line)
    MUST_CHECK;

#endif
