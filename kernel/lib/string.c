/*
 * lib/string.c - memory and zero-terminated text.
 *
 * Large blocks go eight words a turn.  Under QEMU's translator that is faster
 * than any `rep` instruction, and ten times as fast as `rep movsb`.
 *
 * kernel/build.mk compiles this file with -fno-tree-loop-distribute-patterns:
 * else gcc would recognise the loop in memset() and turn it into a call of
 * memset().
 *
 * Tests  grade/unit/test_string.c
 */
#include "lib/string.h"

#include "lib/compiler.h"

/* A word at any address, aliasing anything. */
typedef u64 __attribute__((may_alias)) ALIGNED(1) word_t;

enum { WORD = sizeof(word_t), BLOCK = 8 * sizeof(word_t) };

/* All eight loads come first, so this is right for overlapping blocks too. */
static inline void copy_block(void *dst, const void *src)
{
    word_t *d = dst;
    const word_t *s = src;
    u64 a = s[0], b = s[1], c = s[2], e = s[3];
    u64 f = s[4], g = s[5], h = s[6], i = s[7];
    d[0] = a, d[1] = b, d[2] = c, d[3] = e;
    d[4] = f, d[5] = g, d[6] = h, d[7] = i;
}

/* Upwards; right for overlapping ranges if dst is below src. */
static void copy_up(u8 *dst, const u8 *src, size_t len)
{
    for (; len >= BLOCK; len -= BLOCK, dst += BLOCK, src += BLOCK)
        copy_block(dst, src);
    for (; len >= WORD; len -= WORD, dst += WORD, src += WORD)
        *(word_t *)dst = *(const word_t *)src;
    while (len-- > 0)
        *dst++ = *src++;
}

/* Downwards from the ends; right if dst is above src. */
static void copy_down(u8 *dst, const u8 *src, size_t len)
{
    for (; len >= BLOCK; len -= BLOCK)
        copy_block(dst + len - BLOCK, src + len - BLOCK);
    for (; len >= WORD; len -= WORD)
        *(word_t *)(dst + len - WORD) = *(const word_t *)(src + len - WORD);
    while (len-- > 0)
        dst[len] = src[len];
}

void *memcpy(void *dst, const void *src, size_t len)
{
    copy_up(dst, src, len);
    return dst;
}

void *memmove(void *dst, const void *src, size_t len)
{
    if ((uintptr_t)dst <= (uintptr_t)src)
        copy_up(dst, src, len);
    else
        copy_down(dst, src, len);
    return dst;
}

void *memset(void *dst, int value, size_t len)
{
    u8 *d = dst;
    u64 word = (u8)value * 0x0101010101010101u;
    for (; len >= BLOCK; len -= BLOCK, d += BLOCK) {
        word_t *w = (word_t *)d;
        w[0] = w[1] = w[2] = w[3] = word;
        w[4] = w[5] = w[6] = w[7] = word;
    }
    for (; len >= WORD; len -= WORD, d += WORD)
        *(word_t *)d = word;
    while (len-- > 0)
        *d++ = (u8)value;
    return dst;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const u8 *p = a, *q = b;
    for (; len > 0; len--, p++, q++) {
        if (*p != *q)
            return *p - *q;
    }
    return 0;
}

size_t strlen(const char *s)
{
    size_t len = 0;
    while (s[len])
        len++;
    return len;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t len)
{
    for (; len > 0; len--, a++, b++) {
        if (*a != *b || !*a)
            return (u8)*a - (u8)*b;
    }
    return 0;
}

size_t string_copy(char *dst, const char *src, size_t size)
{
    size_t len = strlen(src);
    size_t n = len < size ? len : size - 1;
    memcpy(dst, src, n);
    dst[n] = '\0';
    return len;
}
