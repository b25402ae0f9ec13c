/*
 * test_cmdline.c - options: found, doubled, empty, cut, and random bytes.
 *
 * Sources: core/cmdline.c lib/parse.c
 */
#include "core/cmdline.h"

#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "unit.h"

struct boot_info boot_info;

static void use(const char *cmdline)
{
    unit_case("`%s`", cmdline);
    strcpy(boot_info.cmdline, cmdline);
}

static void expect_value(const char *key, const char *want)
{
    char value[16];
    EXPECT_EQ(cmdline_get(key, value, sizeof(value)), strlen(want));
    EXPECT(strcmp(value, want) == 0, "%s is `%s`, not `%s`", key, value, want);
    EXPECT(cmdline_has(key));
}

static void expect_none(const char *key)
{
    char value[16];
    EXPECT_EQ(cmdline_get(key, value, sizeof(value)), -ENOENT);
    EXPECT(!cmdline_has(key));
}

static void test_values(void)
{
    use("");
    expect_none("a");
    use("quiet pmm=linear  seed=7\ttests=a.b,c.* x=");
    expect_value("quiet", "");
    expect_value("pmm", "linear");
    expect_value("seed", "7");
    expect_value("tests", "a.b,c.*");
    expect_value("x", "");
    expect_none("pm");
    expect_none("pmmm");
    expect_none("linear");
    expect_none("ests");
    use("  a=1 a=2 a=3=4 ");
    expect_value("a", "3=4");
    use("a=0123456789abcdef");
    char value[16];
    EXPECT_EQ(cmdline_get("a", value, sizeof(value)), -ENAMETOOLONG);
}

static void test_numbers(void)
{
    use("a=12 b=0x1f c=12x d= e f=99999999999999999999999999999999");
    EXPECT_EQ(cmdline_u64("a", 5), 12);
    EXPECT_EQ(cmdline_u64("b", 5), 31);
    EXPECT_EQ(cmdline_u64("c", 5), 5);
    EXPECT_EQ(cmdline_u64("d", 5), 5);
    EXPECT_EQ(cmdline_u64("e", 5), 5);
    EXPECT_EQ(cmdline_u64("f", 5), 5);
    EXPECT_EQ(cmdline_u64("g", 5), 5);
}

/* Whatever stands there, the answer stays within the buffer. */
static void test_random_bytes(void)
{
    static const char bytes[] = "ab= \t\xff";
    struct random random;
    random_seed(&random, 1);
    for (int round = 0; round < 2000; round++) {
        size_t len = random_below(&random, BOOT_CMDLINE_MAX);
        for (size_t i = 0; i < len; i++)
            boot_info.cmdline[i] = bytes[random_below(&random, 6)];
        boot_info.cmdline[len] = '\0';
        char value[8];
        int got = cmdline_get("a", value, sizeof(value));
        EXPECT(got == -ENOENT || got == -ENAMETOOLONG ||
               got == (int)strlen(value));
        EXPECT((got == -ENOENT) == !cmdline_has("a"));
    }
}

int main(void)
{
    test_values();
    test_numbers();
    test_random_bytes();
    return 0;
}
