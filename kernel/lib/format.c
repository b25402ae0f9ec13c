/*
 * lib/format.c - printf's formatting, without a device behind it.
 *
 * One conversion is read into a `struct spec`, its digits or text are made,
 * and put_padded() lays them out in the field.
 *
 * Tests  grade/unit/test_format.c
 */
#include "lib/format.h"

#include "lib/string.h"

enum {
    DIGITS_MAX = 24,  /* 2^64 in decimal has 20 */
    FIELD_MAX = 1024, /* wider fields and precisions are cut to this */
};

/* Where the text goes; len counts what did not fit as well. */
struct output {
    char *buf;
    size_t size;
    size_t len;
};

/* One conversion: %[flags][width][.precision][l]type */
struct spec {
    bool is_left, has_zeros, has_prefix, is_long;
    size_t width;
    size_t precision; /* SIZE_MAX: none */
    char type;
};

static void put_char(struct output *out, char c)
{
    if (out->len + 1 < out->size)
        out->buf[out->len] = c;
    out->len++;
}

static void put_repeat(struct output *out, char c, size_t n)
{
    while (n-- > 0)
        put_char(out, c);
}

static void put_text(struct output *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        put_char(out, text[i]);
}

/* Put prefix ("-", "0x" or "") and text into a field of spec->width. */
static void put_padded(struct output *out, const struct spec *spec,
                       const char *prefix, const char *text, size_t len)
{
    size_t prefix_len = strlen(prefix);
    size_t used = prefix_len + len;
    size_t pad = spec->width > used ? spec->width - used : 0;
    bool has_zeros = spec->has_zeros && !spec->is_left;

    if (!spec->is_left && !has_zeros)
        put_repeat(out, ' ', pad);
    put_text(out, prefix, prefix_len);
    if (has_zeros)
        put_repeat(out, '0', pad);
    put_text(out, text, len);
    if (spec->is_left)
        put_repeat(out, ' ', pad);
}

static void put_number(struct output *out, const struct spec *spec,
                       const char *prefix, u64 value, unsigned base)
{
    char digits[DIGITS_MAX];
    size_t i = DIGITS_MAX;
    do {
        digits[--i] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    put_padded(out, spec, prefix, digits + i, DIGITS_MAX - i);
}

static void put_signed(struct output *out, const struct spec *spec, s64 value)
{
    u64 magnitude = value < 0 ? -(u64)value : (u64)value;
    put_number(out, spec, value < 0 ? "-" : "", magnitude, 10);
}

static void put_hex(struct output *out, const struct spec *spec, u64 value)
{
    bool has_prefix = spec->has_prefix && value != 0;
    put_number(out, spec, has_prefix ? "0x" : "", value, 16);
}

static void put_string(struct output *out, struct spec *spec, const char *s)
{
    if (!s)
        s = "(null)";
    size_t len = 0;
    while (len < spec->precision && s[len])
        len++;
    spec->has_zeros = false;
    put_padded(out, spec, "", s, len);
}

/* Digits at *fmt as a number, which saturates at FIELD_MAX. */
static size_t read_digits(const char **fmt)
{
    size_t n = 0;
    for (; **fmt >= '0' && **fmt <= '9'; (*fmt)++) {
        n = n * 10 + (size_t)(**fmt - '0');
        if (n > FIELD_MAX)
            n = FIELD_MAX;
    }
    return n;
}

static const char *read_flags(struct spec *spec, const char *fmt)
{
    for (;; fmt++) {
        if (*fmt == '-')
            spec->is_left = true;
        else if (*fmt == '0')
            spec->has_zeros = true;
        else if (*fmt == '#')
            spec->has_prefix = true;
        else
            return fmt;
    }
}

/* Width or precision: digits, or `*` and an int (if negative, 0). */
static size_t read_size(const char **fmt, va_list *args)
{
    if (**fmt != '*')
        return read_digits(fmt);
    (*fmt)++;
    int n = va_arg(*args, int);
    if (n < 0)
        return 0;
    return n < FIELD_MAX ? (size_t)n : FIELD_MAX;
}

/* Read the conversion after a `%`; returns what follows it. */
static const char *read_spec(struct spec *spec, const char *fmt, va_list *args)
{
    *spec = (struct spec){.precision = SIZE_MAX};
    fmt = read_flags(spec, fmt);
    spec->width = read_size(&fmt, args);
    if (*fmt == '.') {
        fmt++;
        spec->precision = read_size(&fmt, args);
    }
    for (; *fmt == 'l' || *fmt == 'z'; fmt++)
        spec->is_long = true;
    spec->type = *fmt;
    return *fmt ? fmt + 1 : fmt;
}

static u64 take_unsigned(const struct spec *spec, va_list *args)
{
    return spec->is_long ? va_arg(*args, u64) : va_arg(*args, unsigned);
}

static s64 take_signed(const struct spec *spec, va_list *args)
{
    return spec->is_long ? va_arg(*args, s64) : va_arg(*args, int);
}

/* Put one conversion; false if there is none of this type. */
static bool put_conversion(struct output *out, struct spec *spec, va_list *args)
{
    char c;
    switch (spec->type) {
    case 'd':
        put_signed(out, spec, take_signed(spec, args));
        return true;
    case 'u':
        put_number(out, spec, "", take_unsigned(spec, args), 10);
        return true;
    case 'x':
        put_hex(out, spec, take_unsigned(spec, args));
        return true;
    case 'p':
        put_number(out, spec, "0x", (u64)va_arg(*args, void *), 16);
        return true;
    case 'c':
        c = (char)va_arg(*args, int);
        put_padded(out, spec, "", &c, 1);
        return true;
    case 's':
        put_string(out, spec, va_arg(*args, const char *));
        return true;
    case '%':
        put_char(out, '%');
        return true;
    default:
        return false;
    }
}

size_t format_args(char *buf, size_t size, const char *fmt, va_list args)
{
    struct output out = {.buf = buf, .size = size};
    va_list rest; /* a copy has the type that its address can be passed as */
    va_copy(rest, args);
    while (*fmt) {
        const char *start = fmt;
        if (*fmt++ != '%') {
            put_char(&out, *start);
            continue;
        }
        struct spec spec;
        fmt = read_spec(&spec, fmt, &rest);
        if (!put_conversion(&out, &spec, &rest))
            put_text(&out, start, (size_t)(fmt - start));
    }
    va_end(rest);
    if (size > 0)
        buf[out.len < size ? out.len : size - 1] = '\0';
    return out.len;
}

size_t format_string(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t len = format_args(buf, size, fmt, args);
    va_end(args);
    return len;
}
