/*
 * test_timer.c - timers against a plain search, on a clock that we turn.
 *
 * Sources: sched/timer.c lib/rbtree.c
 */
#include "sched/timer.h"

#include "arch/x86_64/clock.h"
#include "core/tick.h"
#include "sched/waitq.h"
#include "unit.h"

enum { N_TIMERS = 64, N_STEPS = 20000 };

static u64 now_ns;
static u64 wish_ns = UINT64_MAX; /* what the hardware was set to */
static tick_handler *on_tick;
static u64 slice_end_ns = UINT64_MAX;
static u64 last_fired_ns;
static u32 n_fired;

/* A timer and what should become of it. */
static struct shot {
    struct timer timer;
    bool should_fire;
} shots[N_TIMERS];

/*
 * The floors below
 */

u64 clock_now_ns(void)
{
    return now_ns;
}

void tick_register(tick_handler *handler)
{
    on_tick = handler;
}

void tick_set_deadline(u64 deadline_ns)
{
    wish_ns = deadline_ns;
}

int waitq_sleep_deadline(struct waitq *queue, struct spinlock *lock,
                         u64 deadline_ns)
{
    return -ENOSYS;
}

void deadlock_note_wait(struct waitq *queue) {}

void deadlock_note_end(void) {}

static void fire(void *arg)
{
    struct shot *shot = arg;
    EXPECT(shot->should_fire, "a timer fired that was not set");
    EXPECT(shot->timer.deadline_ns <= now_ns, "a timer fired too early");
    EXPECT(shot->timer.deadline_ns >= last_fired_ns, "out of order");
    last_fired_ns = shot->timer.deadline_ns;
    shot->should_fire = false;
    n_fired++;
}

/* No timer may be due before the interrupt that was asked for. */
static void check_wish(void)
{
    u32 n = 0;
    for (u32 i = 0; i < N_TIMERS; i++) {
        if (!shots[i].should_fire)
            continue;
        n++;
        EXPECT(wish_ns <= shots[i].timer.deadline_ns,
               "the interrupt would come too late");
    }
    EXPECT_EQ(timer_count(), n);
    EXPECT(wish_ns <= slice_end_ns, "the end of the turn would be missed");
}

/* Let time pass; the interrupt comes when it was asked for, or for another
 * reason. */
static void pass(u64 ns, bool is_spurious)
{
    now_ns += ns;
    if (!is_spurious && now_ns < wish_ns)
        return;
    if (wish_ns <= now_ns)
        wish_ns = UINT64_MAX;
    last_fired_ns = 0;
    if (slice_end_ns <= now_ns)
        slice_end_ns = UINT64_MAX;
    on_tick(NULL, now_ns);
    for (u32 i = 0; i < N_TIMERS; i++)
        EXPECT(!shots[i].should_fire || shots[i].timer.deadline_ns > now_ns,
               "a timer that was due has not fired");
}

static void step(struct random *random)
{
    struct shot *shot = &shots[random_below(random, N_TIMERS)];
    switch (random_below(random, 4)) {
    case 0:
        pass(random_below(random, 500), random_below(random, 2));
        break;
    case 1:
        slice_end_ns = now_ns + random_below(random, 1000);
        timer_set_slice(slice_end_ns);
        break;
    default:
        if (shot->should_fire) {
            EXPECT(timer_cancel(&shot->timer), "it was pending");
            shot->should_fire = false;
        } else {
            EXPECT(!timer_cancel(&shot->timer), "it was not pending");
            shot->should_fire = true;
            timer_start(&shot->timer, now_ns + random_below(random, 2000));
        }
    }
    check_wish();
}

int main(void)
{
    struct random random;
    timer_init();
    for (u32 i = 0; i < N_TIMERS; i++)
        timer_setup(&shots[i].timer, fire, &shots[i]);
    random_seed(&random, 42);
    for (u32 i = 0; i < N_STEPS; i++) {
        unit_case("step %u", i);
        step(&random);
    }
    EXPECT(n_fired > 1000, "only %u timers fired", n_fired);
    return 0;
}
