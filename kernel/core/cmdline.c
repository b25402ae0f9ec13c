/*
 * core/cmdline.c - options on the kernel's command line.
 *
 * Tests  grade/unit/test_cmdline.c
 */
#include "core/cmdline.h"

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "lib/parse.h"
#include "lib/string.h"

/* A stretch of the command line; text is NULL when there is none. */
struct span {
    const char *text;
    size_t len;
};

/* The word at or after `text`; its len is 0 at the end of the line. */
static struct span next_word(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t len = 0;
    while (text[len] && text[len] != ' ' && text[len] != '\t')
        len++;
    return (struct span){text, len};
}

/* The value in `word` if its key is `key`. */
static struct span word_value(struct span word, const char *key)
{
    size_t key_len = strlen(key);
    struct span none = {NULL, 0};
    if (word.len < key_len || memcmp(word.text, key, key_len) != 0)
        return none;
    if (word.len == key_len)
        return (struct span){word.text + key_len, 0};
    if (word.text[key_len] != '=')
        return none;
    return (struct span){word.text + key_len + 1, word.len - key_len - 1};
}

/* The value of the last word with this key. */
static struct span find_value(const char *key)
{
    struct span found = {NULL, 0};
    struct span word = next_word(boot_info.cmdline);
    while (word.len > 0) {
        struct span value = word_value(word, key);
        if (value.text)
            found = value;
        word = next_word(word.text + word.len);
    }
    return found;
}

bool cmdline_has(const char *key)
{
    return find_value(key).text;
}

int cmdline_get(const char *key, char *value, size_t size)
{
    struct span found = find_value(key);
    if (!found.text)
        return -ENOENT;
    if (found.len >= size)
        return -ENAMETOOLONG;
    memcpy(value, found.text, found.len);
    value[found.len] = '\0';
    return (int)found.len;
}

u64 cmdline_u64(const char *key, u64 otherwise)
{
    char text[24];
    u64 value;
    if (cmdline_get(key, text, sizeof(text)) < 0)
        return otherwise;
    return parse_u64(text, &value) < 0 ? otherwise : value;
}
