/*
 * test/zone_fixture.h - a zone of its own for each test of a page allocator.
 *
 * There is one, made anew by fixture_begin(); no frame of it is real, so
 * nothing may be read or written there.  The frames on both sides of the zone
 * look free, but are none of its business.  Every answer of the allocator goes
 * through test/zone_model.h.
 */
#ifndef TEST_ZONE_FIXTURE_H
#define TEST_ZONE_FIXTURE_H

#include "core/ktest.h"
#include "lib/random.h"
#include "test/zone_model.h"

/* Fail the test if a call below says that something is wrong. */
#define RIGHT(t, call)                     \
    do {                                   \
        const char *wrong_ = (call);       \
        CHECK((t), !wrong_, "%s", wrong_); \
    } while (0)

enum {
    FIXTURE_FRAMES_MAX = 4096,
    FIXTURE_FRONT = 64, /* frames before the zone */
};

struct fixture {
    struct zone zone;
    struct zone_model model;
    struct page *pages;
    size_t n_frames;
    size_t n_blocks; /* that are out */
    struct page *blocks[FIXTURE_FRAMES_MAX];
};

/* The fixture, with this many frames, all free. */
struct fixture *fixture_begin(size_t n_frames);

/* Make n frames from index `first` on reserved; before fixture_finish(). */
void fixture_reserve(struct fixture *f, size_t first, size_t n);

/* Give the zone its place and its allocator. */
void fixture_finish(struct fixture *f, pfn_t first_pfn,
                    const struct zone_ops *ops);

/* All of that, drawn: up to n_max frames, some holes, any place. */
struct fixture *fixture_random(struct random *random, size_t n_max,
                               const struct zone_ops *ops);

/* Ask for a block; it becomes the last of `blocks`, unless there is none.
 * Returns NULL, or what is wrong with the answer. */
const char *fixture_alloc(struct fixture *f, unsigned order);

/* Give blocks[i] back; the last one takes its place.  Returns as above. */
const char *fixture_free(struct fixture *f, size_t i);

/* Whether the frames around the zone are as they were. */
bool fixture_is_clean(const struct fixture *f);

/* An order from 0 to PAGE_ORDER_MAX, each half as likely as the one before. */
unsigned fixture_draw_order(struct random *random);

/* Allocate with drawn orders until not one frame is left.  Returns as above. */
const char *fixture_fill(struct fixture *f, struct random *random);

/* n_steps drawn requests, `percent` of them allocations.  Returns as above. */
const char *fixture_churn(struct fixture *f, struct random *random,
                          size_t n_steps, u64 percent);

/* Give all blocks back, in drawn order.  Returns as above. */
const char *fixture_drain(struct fixture *f, struct random *random);

#endif
