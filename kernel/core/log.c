/*
 * core/log.c - the kernel's log: the last 64 KiB of lines, in a ring.
 *
 *     bytes:   ...| header text | header text | header text |...
 *                 ^ tail                                    ^ head
 *
 * head and tail count bytes since boot and never wrap; their low bits are the
 * places in the ring.  A line may go round the end of the array.
 *
 * Invariants  head - tail <= LOG_RING_SIZE
 *             tail is the start of a line, or equal to head
 * Tests       grade/unit/test_log.c, kernel/test/core.c
 */
#include "core/log.h"

#include "lib/panic.h"
#include "lib/string.h"

/* What precedes each line's text in the ring. */
struct header {
    u64 time_ns;
    u32 level;
    u32 len;
};
static_assert(sizeof(struct header) == 16, "no padding goes into the ring");

/* How many of `len` bytes at `pos` lie before the end of the array. */
static size_t len_to_end(u64 pos, size_t len)
{
    size_t room = LOG_RING_SIZE - pos % LOG_RING_SIZE;
    return len < room ? len : room;
}

static void ring_write(struct log_ring *ring, const void *src, size_t len)
{
    size_t first = len_to_end(ring->head, len);
    memcpy(ring->bytes + ring->head % LOG_RING_SIZE, src, first);
    memcpy(ring->bytes, (const u8 *)src + first, len - first);
    ring->head += len;
}

static void ring_read(const struct log_ring *ring, u64 pos, void *dst,
                      size_t len)
{
    size_t first = len_to_end(pos, len);
    memcpy(dst, ring->bytes + pos % LOG_RING_SIZE, first);
    memcpy((u8 *)dst + first, ring->bytes, len - first);
}

/* Forget old lines until `len` more bytes fit. */
static void make_room(struct log_ring *ring, size_t len)
{
    while (ring->head + len - ring->tail > LOG_RING_SIZE) {
        struct header header;
        ring_read(ring, ring->tail, &header, sizeof(header));
        ring->tail += sizeof(header) + header.len;
        assert(ring->tail <= ring->head);
    }
}

static void clean_text(char *text)
{
    for (; *text; text++) {
        if ((u8)*text < ' ' || *text == 0x7f)
            *text = '?';
    }
}

void log_append(struct log_ring *ring, u64 time_ns, u32 level, const char *text)
{
    char clean[LOG_TEXT_MAX];
    string_copy(clean, text, sizeof(clean));
    clean_text(clean);

    struct header header = {time_ns, level, (u32)strlen(clean)};
    make_room(ring, sizeof(header) + header.len);
    ring_write(ring, &header, sizeof(header));
    ring_write(ring, clean, header.len);
}

bool log_read(const struct log_ring *ring, u64 *cursor, struct log_line *line)
{
    if (*cursor < ring->tail)
        *cursor = ring->tail;
    if (*cursor >= ring->head)
        return false;

    struct header header;
    ring_read(ring, *cursor, &header, sizeof(header));
    assert(header.len < LOG_TEXT_MAX); /* else: a cursor inside of a line */
    line->time_ns = header.time_ns;
    line->level = header.level;
    line->len = header.len;
    ring_read(ring, *cursor + sizeof(header), line->text, header.len);
    line->text[header.len] = '\0';
    *cursor += sizeof(header) + header.len;
    return true;
}
