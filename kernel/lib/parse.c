/*
 * lib/parse.c - numbers and lists of names in text from outside.
 *
 * Tests  grade/unit/test_parse.c
 */
#include "lib/parse.h"

#include "abi/errno.h"
#include "lib/string.h"

/* The value of a digit in `base` (10 or 16), or -1. */
static int digit_value(char c, unsigned base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (base == 16 && c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (base == 16 && c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int parse_u64(const char *text, u64 *value)
{
    unsigned base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (!*text)
        return -EINVAL;

    u64 n = 0;
    for (; *text; text++) {
        int digit = digit_value(*text, base);
        if (digit < 0)
            return -EINVAL;
        if (__builtin_mul_overflow(n, base, &n) ||
            __builtin_add_overflow(n, (u64)digit, &n))
            return -ERANGE;
    }
    *value = n;
    return 0;
}

static bool is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int parse_next_name(const char **list, char *name, size_t size)
{
    const char *start = *list;
    while (is_separator(*start))
        start++;
    const char *end = start;
    while (*end && !is_separator(*end))
        end++;
    *list = end;

    size_t len = (size_t)(end - start);
    if (len == 0)
        return 0;
    if (len >= size)
        return -ENAMETOOLONG;
    memcpy(name, start, len);
    name[len] = '\0';
    return 1;
}

bool name_matches(const char *name, const char *pattern)
{
    size_t len = strlen(pattern);
    if (len > 0 && pattern[len - 1] == '*')
        return strncmp(name, pattern, len - 1) == 0;
    return strcmp(name, pattern) == 0;
}
