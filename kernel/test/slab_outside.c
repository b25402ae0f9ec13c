/*
 * test/slab_outside.c - slab.outside: a script of the host, judged there.
 *
 * The script comes as words:
 *
 *     sN   a cache of objects of N bytes (before all others)
 *     aC   allocate from cache C
 *     xI   free what step I (counted from the first a or x) has allocated
 *
 * Objects that are out are filled with the low byte of their step's number.
 * The host reads where they are and what is in them
 * (grade/labs/01-memory/check_slab.py).
 */
#include "arch/x86_64/layout.h"
#include "core/ktest.h"
#include "lib/parse.h"
#include "lib/string.h"
#include "mm/slab.h"

enum { STEPS_MAX = 1000, CACHES_MAX = 8 };
#define NO_NUMBER (~(u64)0)

/* One line of the table that the host reads. */
struct result {
    u64 address; /* physical, or 0 */
    u64 size;    /* of the object, in bytes */
    u64 cache;
};

static struct slab_cache caches[CACHES_MAX];
static size_t n_caches;
static struct result results[STEPS_MAX];
static u64 n_steps;

static u64 argument(const char *word)
{
    u64 number;
    return parse_u64(word + 1, &number) == 0 ? number : NO_NUMBER;
}

static void step_alloc(u64 cache)
{
    results[n_steps] = (struct result){};
    u8 *object = cache < n_caches ? slab_alloc(&caches[cache]) : NULL;
    if (!object)
        return;
    u32 size = caches[cache].object_size;
    memset(object, (u8)n_steps, size);
    results[n_steps] = (struct result){virt_to_phys(object), size, cache};
}

/* The line of what is freed is cleared: the host takes the rest for living. */
static void free_object(struct result *result)
{
    if (result->address)
        slab_free(&caches[result->cache], phys_to_virt(result->address));
    *result = (struct result){};
}

static void step_free(u64 step)
{
    results[n_steps] = (struct result){};
    if (step < n_steps)
        free_object(&results[step]);
}

static void create_caches(struct ktest_run *t, const char **script)
{
    char word[16];
    const char *rest = *script;
    n_caches = 0;
    while (n_caches < CACHES_MAX &&
           parse_next_name(&rest, word, sizeof(word)) == 1 && word[0] == 's') {
        slab_cache_init(&caches[n_caches++], t->test->name, (u32)argument(word),
                        8);
        *script = rest;
    }
}

static void run_script(const char *script)
{
    char word[16];
    n_steps = 0;
    while (n_steps < STEPS_MAX &&
           parse_next_name(&script, word, sizeof(word)) == 1) {
        if (word[0] == 'a')
            step_alloc(argument(word));
        else
            step_free(argument(word));
        n_steps++;
    }
}

static void note_caches(struct ktest_run *t)
{
    for (size_t i = 0; i < n_caches; i++)
        ktest_note(t, "cache=%zu slabs=%zu per_slab=%u", i, caches[i].n_slabs,
                   caches[i].n_per_slab);
}

static void test_outside(struct ktest_run *t)
{
    const char *script = ktest_input(t);
    create_caches(t, &script);
    if (n_caches == 0) {
        ktest_skip(t, "needs a script from the grader");
        return;
    }
    run_script(script);
    note_caches(t);
    ktest_note(t, "results=%#lx steps=%lu", image_to_phys(results), n_steps);
    ktest_hold(t, "objects");
    for (u64 i = 0; i < n_steps; i++)
        free_object(&results[i]);
}

KTEST_SUITE(slab_outside) = {
    {"slab.outside", test_outside, .rounds = 1},
    {},
};
