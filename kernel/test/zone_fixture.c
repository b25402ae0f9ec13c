/*
 * test/zone_fixture.c - a zone of its own for each test of a page allocator.
 */
#include "test/zone_fixture.h"

#include "lib/panic.h"
#include "lib/string.h"

enum {
    MODEL_LEN = FIXTURE_FRAMES_MAX * 6, /* more than zone_model_size() says */
    FIXTURE_BACK = 1 << PAGE_ORDER_MAX, /* as far as a block can reach out */
};

static struct fixture fixture;
static struct page pages[FIXTURE_FRONT + FIXTURE_FRAMES_MAX + FIXTURE_BACK];
static u64 model_memory[MODEL_LEN / sizeof(u64)];

struct fixture *fixture_begin(size_t n_frames)
{
    assert(n_frames <= FIXTURE_FRAMES_MAX);
    memset(&fixture, 0, sizeof(fixture));
    memset(pages, 0, sizeof(pages));
    fixture.pages = pages + FIXTURE_FRONT;
    fixture.n_frames = n_frames;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        pages[i].state = PAGE_FREE;
        list_init(&pages[i].link);
    }
    return &fixture;
}

bool fixture_is_clean(const struct fixture *f)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        bool is_inside =
            &pages[i] >= f->pages && &pages[i] < f->pages + f->n_frames;
        if (!is_inside && (pages[i].state != PAGE_FREE || pages[i].order > 0 ||
                           !list_is_empty(&pages[i].link)))
            return false;
    }
    return true;
}

void fixture_reserve(struct fixture *f, size_t first, size_t n)
{
    for (size_t i = first; i < first + n && i < f->n_frames; i++)
        f->pages[i].state = PAGE_RESERVED;
}

void fixture_finish(struct fixture *f, pfn_t first_pfn,
                    const struct zone_ops *ops)
{
    assert(zone_model_size(f->n_frames) <= MODEL_LEN);
    zone_model_init(&f->model, &f->zone, f->pages, first_pfn, f->n_frames,
                    model_memory);
    zone_init(&f->zone, "test", ops, f->pages, first_pfn, f->n_frames);
}

struct fixture *fixture_random(struct random *random, size_t n_max,
                               const struct zone_ops *ops)
{
    struct fixture *f = fixture_begin(1 + random_below(random, n_max));
    for (u64 n = random_below(random, 5); n > 0; n--)
        fixture_reserve(f, random_below(random, f->n_frames),
                        random_below(random, f->n_frames / 8 + 2));
    fixture_finish(f, random_below(random, 1 << 20), ops);
    return f;
}

const char *fixture_alloc(struct fixture *f, unsigned order)
{
    struct page *page;
    const char *wrong = zone_model_alloc(&f->model, order, &page);
    if (!wrong && page)
        f->blocks[f->n_blocks++] = page;
    return wrong;
}

const char *fixture_free(struct fixture *f, size_t i)
{
    struct page *page = f->blocks[i];
    assert(i < f->n_blocks);
    f->blocks[i] = f->blocks[--f->n_blocks];
    return zone_model_free(&f->model, page);
}

unsigned fixture_draw_order(struct random *random)
{
    u64 bits = random_next(random) | (u64)1 << PAGE_ORDER_MAX;
    return (unsigned)__builtin_ctzll(bits);
}

const char *fixture_fill(struct fixture *f, struct random *random)
{
    const char *wrong = NULL;
    while (!wrong && f->model.n_free > 0)
        wrong = fixture_alloc(f, fixture_draw_order(random));
    return wrong ? wrong : fixture_alloc(f, 0);
}

const char *fixture_churn(struct fixture *f, struct random *random,
                          size_t n_steps, u64 percent)
{
    const char *wrong = NULL;
    for (size_t i = 0; i < n_steps && !wrong; i++) {
        if (f->n_blocks == 0 || random_below(random, 100) < percent)
            wrong = fixture_alloc(f, fixture_draw_order(random));
        else
            wrong = fixture_free(f, random_below(random, f->n_blocks));
    }
    return wrong;
}

const char *fixture_drain(struct fixture *f, struct random *random)
{
    const char *wrong = NULL;
    while (f->n_blocks > 0 && !wrong)
        wrong = fixture_free(f, random_below(random, f->n_blocks));
    return wrong;
}
