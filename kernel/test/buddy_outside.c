/*
 * test/buddy_outside.c - buddy.outside: a script of the host, judged there.
 *
 * The script comes as words: the zone's first frame (from a block of real
 * frames), its length, then
 *
 *     hI   frame I of the zone is reserved (before all others)
 *     aK   allocate 2^K frames
 *     xI   free what step I (counted from the first a or x) has allocated
 *
 * Frames of blocks that are out are stamped with the step's number and their
 * place in the block.  The host replays the script with its own idea of memory
 * (grade/labs/01-memory/check_buddy.py), told only which frame each step got.
 */
#include "core/ktest.h"
#include "lib/parse.h"
#include "mm/buddy.h"
#include "mm/page.h"

enum { STEPS_MAX = 1000, FRAMES_MAX = 1 << PAGE_ORDER_MAX };
#define NO_FRAME (~(u64)0)

static struct zone zone;
static struct page pages[FRAMES_MAX];
static u64 results[STEPS_MAX]; /* frame numbers; the host reads them */
static u64 n_steps;

/* The number after the letter of a word, or NO_FRAME. */
static u64 argument(const char *word)
{
    u64 number;
    return parse_u64(word + 1, &number) == 0 ? number : NO_FRAME;
}

static void stamp(pfn_t pfn, u64 step, size_t n)
{
    for (u64 i = 0; i < n; i++) {
        u64 *words = phys_to_virt((pfn + i) << PAGE_SHIFT);
        words[0] = words[511] = step << 32 | i;
    }
}

static void step_alloc(u64 order)
{
    struct page *page = zone_alloc(&zone, (unsigned)order);
    results[n_steps] = NO_FRAME;
    if (!page)
        return;
    results[n_steps] = zone_pfn(&zone, page);
    stamp(results[n_steps], n_steps, (size_t)1 << order);
}

static void step_free(u64 step)
{
    results[n_steps] = NO_FRAME;
    if (step < n_steps && results[step] != NO_FRAME)
        zone_free(&zone, zone_find(&zone, results[step]));
}

/* Whether the script's first words make a zone inside of `block`. */
static bool create_zone(const char **script, struct page *block)
{
    char word[16];
    u64 first, n_frames;
    if (parse_next_name(script, word, sizeof(word)) != 1 ||
        parse_u64(word, &first) != 0 ||
        parse_next_name(script, word, sizeof(word)) != 1 ||
        parse_u64(word, &n_frames) != 0 || first + n_frames > FRAMES_MAX)
        return false;

    for (u64 i = 0; i < n_frames; i++)
        pages[i] = (struct page){.state = PAGE_FREE};
    const char *rest = *script;
    while (parse_next_name(&rest, word, sizeof(word)) == 1 && word[0] == 'h') {
        if (argument(word) < n_frames)
            pages[argument(word)].state = PAGE_RESERVED;
        *script = rest;
    }
    pfn_t base = page_to_phys(block) >> PAGE_SHIFT;
    zone_init(&zone, "outside", &buddy_ops, pages, base + first, n_frames);
    return true;
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

/* Without mm/pageref.c, which is another exercise. */
static void give_back(struct page *block)
{
    block->refs = 0;
    page_free(block);
}

static void test_outside(struct ktest_run *t)
{
    const char *script = ktest_input(t);
    struct page *block = page_alloc(PAGE_ORDER_MAX, PAGE_ANY);
    CHECK(t, block, "no block of order %d for the test", PAGE_ORDER_MAX);
    if (!create_zone(&script, block)) {
        give_back(block);
        ktest_skip(t, "needs a script from the grader");
        return;
    }
    run_script(script);
    ktest_note(t, "first=%lu results=%#lx steps=%lu", zone.first_pfn,
               image_to_phys(results), n_steps);
    ktest_hold(t, "stamps");
    give_back(block);
}

KTEST_SUITE(buddy_outside) = {
    {"buddy.outside", test_outside, .rounds = 1},
    {},
};
