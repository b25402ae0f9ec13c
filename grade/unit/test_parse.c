/*
 * test_parse.c - numbers, and lists of names, well-formed and hostile.
 *
 * Sources: lib/parse.c
 */
#include "lib/parse.h"

#include <string.h>

#include "abi/errno.h"
#include "unit.h"

static void expect_number(const char *text, u64 want)
{
    u64 value = ~want;
    unit_case("number `%s`", text);
    EXPECT_EQ(parse_u64(text, &value), 0);
    EXPECT_EQ(value, want);
}

static void expect_bad(const char *text, int err)
{
    u64 value = 77;
    unit_case("number `%s`", text);
    EXPECT_EQ(parse_u64(text, &value), err);
    EXPECT_EQ(value, 77);
}

static void test_numbers(void)
{
    expect_number("0", 0);
    expect_number("007", 7);
    expect_number("18446744073709551615", UINT64_MAX);
    expect_number("0xffffffffffffffff", UINT64_MAX);
    expect_number("0XaBc", 0xabc);
    static const char *const bad[] = {"",   "x",  "0x",  " 1",  "1 ",  "-1",
                                      "+1", "1a", "0xg", "1,2", "\xff"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_bad(bad[i], -EINVAL);
    expect_bad("18446744073709551616", -ERANGE);
    expect_bad("99999999999999999999999999", -ERANGE);
    expect_bad("0x10000000000000000", -ERANGE);
}

/* The names of `list`, joined by `+`; a name that is too long as `!`. */
static void expect_names(const char *list, const char *want)
{
    char name[6], all[64] = "";
    int err;
    unit_case("list `%s`", list);
    while ((err = parse_next_name(&list, name, sizeof(name))) != 0) {
        EXPECT(err == 1 || err == -ENAMETOOLONG);
        strcat(strcat(all, err == 1 ? name : "!"), "+");
    }
    EXPECT(strcmp(all, want) == 0, "got `%s`, not `%s`", all, want);
    EXPECT_EQ(parse_next_name(&list, name, sizeof(name)), 0);
}

static void test_names(void)
{
    expect_names("", "");
    expect_names(" ,,\n", "");
    expect_names("a.b", "a.b+");
    expect_names("a.b,c.d", "a.b+c.d+");
    expect_names(" a.b , c.d,\r\n", "a.b+c.d+");
    expect_names("12345,123456,1", "12345+!+1+");
}

static void test_matches(void)
{
    unit_case("patterns");
    EXPECT(name_matches("buddy.split", "buddy.split"));
    EXPECT(name_matches("buddy.split", "buddy.*"));
    EXPECT(name_matches("buddy.split", "*"));
    EXPECT(!name_matches("buddy.split", "buddy"));
    EXPECT(!name_matches("buddy.split", "buddy.splitter"));
    EXPECT(!name_matches("buddy", "buddy.*"));
    EXPECT(!name_matches("buddy.split", ""));
}

int main(void)
{
    test_numbers();
    test_names();
    test_matches();
    return 0;
}
