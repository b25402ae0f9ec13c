/*
 * test/pagetable_outside.c - pagetable.outside: a script of the host.
 *
 * The script comes as words, numbers in hexadecimal after 0x or decimal:
 *
 *     m VA PA LEN FLAGS     map
 *     p VA LEN FLAGS        protect
 *     u VA LEN              unmap
 *
 * The kernel does all that in a table of its own and tells what each call
 * said.  The host walks the table in RAM (grade/labs/02-paging/check_table.py).
 */
#include "lib/parse.h"
#include "mm/pagetable.h"
#include "test/pt_fixture.h"

enum { ARGUMENTS_MAX = 4, ANSWERS_MAX = 400 };

/* What each call returned, as a positive number: errno fits into a byte. */
static u8 answers[ANSWERS_MAX];
static size_t n_answers;

static const char *read_arguments(const char *script, u64 *arguments, size_t n)
{
    char word[32];
    for (size_t i = 0; i < n; i++)
        if (parse_next_name(&script, word, sizeof(word)) != 1 ||
            parse_u64(word, &arguments[i]))
            return NULL;
    return script;
}

/* Do one line of the script; NULL if it makes no sense. */
static const char *step(const char *script, char call, int *err)
{
    u64 a[ARGUMENTS_MAX];
    script = read_arguments(script, a, call == 'm' ? 4 : call == 'p' ? 3 : 2);
    if (!script)
        return NULL;
    if (call == 'm')
        *err = page_table_map(&test_table, a[0], a[1], a[2], (u32)a[3]);
    else if (call == 'p')
        *err = pt_protect(a[0], a[1], (u32)a[2]);
    else
        *err = pt_unmap(a[0], a[1]);
    return script;
}

static bool run_script(const char *script)
{
    char word[4];
    n_answers = 0;
    while (parse_next_name(&script, word, sizeof(word)) == 1) {
        int err = 0;
        script = step(script, word[0], &err);
        if (!script || n_answers == ANSWERS_MAX)
            return false;
        answers[n_answers++] = (u8)-err;
    }
    return true;
}

static void test_outside(struct ktest_run *t)
{
    const char *script = ktest_input(t);
    if (!*script) {
        ktest_skip(t, "needs a script from the grader");
        return;
    }
    if (!pt_begin(t))
        return;
    CHECK(t, run_script(script), "the script makes no sense");
    ktest_note(t, "root=%#lx tables=%zu answers=%#lx n=%zu", test_table.root,
               test_table.n_tables, image_to_phys(answers), n_answers);
    ktest_hold(t, "table");
    CHECK_EQ(t, pt_unmap(0, (u64)1 << 47), 0);
    pt_end(t);
}

KTEST_SUITE(pagetable_outside) = {
    {"pagetable.outside", test_outside, .rounds = 1},
    {},
};
