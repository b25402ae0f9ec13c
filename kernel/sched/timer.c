/*
 * sched/timer.c - call a function at a given time.
 *
 * Setting the hardware costs more than an interrupt that comes too early, so
 * it is only ever set to an earlier time than it has; when it fires, the time
 * to come is worked out anew.
 *
 * Invariants  armed_ns is not after the first deadline, nor after slice_end_ns
 *             is_pending: the timer is in the tree of timer->cpu
 * Locks       timer_cpu.lock (RANK_TIMER); not held while a function runs
 * Tests       grade/unit/test_timer.c, kernel/test/timer.c
 */
#include "sched/timer.h"

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "core/spinlock.h"
#include "core/tick.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "sched/waitq.h"

struct timer_cpu {
    struct spinlock lock;  /*     RANK_TIMER */
    struct rbtree timers;  /* [L] by deadline */
    struct timer *running; /* [L] its function is being called */
    u64 first_ns;          /* [C] deadline of the first, or earlier */
    u64 slice_end_ns;      /* [C] */
    u64 armed_ns;          /* [C] when the interrupt will come */
};

static struct timer_cpu timer_cpus[MAX_CPUS];
static u32 n_timers; /* [A] */

static bool is_earlier(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct timer, node)->deadline_ns <
           rb_entry(b, struct timer, node)->deadline_ns;
}

/* Ask for this CPU's next interrupt, unless one comes early enough. */
static void arm(struct timer_cpu *tc)
{
    u64 next_ns =
        tc->first_ns < tc->slice_end_ns ? tc->first_ns : tc->slice_end_ns;
    if (next_ns >= tc->armed_ns)
        return;
    tc->armed_ns = next_ns;
    tick_set_deadline(next_ns);
}

/* Take the first timer out if it is due, else note when it will be. */
static struct timer *take_due(struct timer_cpu *tc, u64 now_ns)
{
    spin_lock(&tc->lock);
    struct rb_node *first = rb_first(&tc->timers);
    struct timer *timer = first ? rb_entry(first, struct timer, node) : NULL;
    tc->first_ns = timer ? timer->deadline_ns : UINT64_MAX;
    tc->running = NULL;
    if (tc->first_ns <= now_ns) {
        rb_remove(&tc->timers, first);
        timer->is_pending = false;
        tc->running = timer;
    }
    timer = tc->running;
    spin_unlock(&tc->lock);
    return timer;
}

static void on_tick(struct trap_frame *frame, u64 now_ns)
{
    struct timer_cpu *tc = &timer_cpus[this_cpu()->id];
    struct timer *timer;
    tc->armed_ns = UINT64_MAX;
    while ((timer = take_due(tc, now_ns))) {
        timer->fn(timer->arg);
        atomic_sub(&n_timers, 1);
    }
    if (tc->slice_end_ns <= now_ns)
        tc->slice_end_ns = UINT64_MAX;
    arm(tc);
}

void timer_init(void)
{
    for (u32 id = 0; id < MAX_CPUS; id++) {
        struct timer_cpu *tc = &timer_cpus[id];
        spin_init(&tc->lock, "timers", RANK_TIMER);
        tc->timers = (struct rbtree)RBTREE_INIT(is_earlier);
        tc->first_ns = tc->slice_end_ns = tc->armed_ns = UINT64_MAX;
    }
    tick_register(on_tick);
}

void timer_setup(struct timer *timer, void (*fn)(void *arg), void *arg)
{
    *timer = (struct timer){.fn = fn, .arg = arg};
}

void timer_start(struct timer *timer, u64 deadline_ns)
{
    assert(!timer->is_pending); /* else: its place in the tree would be lost */
    irq_push_off();
    struct timer_cpu *tc = &timer_cpus[this_cpu()->id];
    spin_lock(&tc->lock);
    timer->cpu = this_cpu()->id;
    timer->deadline_ns = deadline_ns;
    timer->is_pending = true;
    rb_insert(&tc->timers, &timer->node);
    atomic_add(&n_timers, 1);
    if (deadline_ns < tc->first_ns)
        tc->first_ns = deadline_ns;
    spin_unlock(&tc->lock);
    arm(tc);
    irq_pop_off();
}

bool timer_cancel(struct timer *timer)
{
    struct timer_cpu *tc = &timer_cpus[timer->cpu];
    spin_lock(&tc->lock);
    bool was_pending = timer->is_pending;
    if (was_pending) {
        rb_remove(&tc->timers, &timer->node);
        timer->is_pending = false;
        atomic_sub(&n_timers, 1);
    }
    while (tc->running == timer) { /* on another CPU: let it finish */
        spin_unlock(&tc->lock);
        cpu_relax();
        spin_lock(&tc->lock);
    }
    spin_unlock(&tc->lock);
    return was_pending;
}

u32 timer_count(void)
{
    return atomic_load(&n_timers);
}

void timer_set_slice(u64 end_ns)
{
    assert(!irq_are_on());
    struct timer_cpu *tc = &timer_cpus[this_cpu()->id];
    tc->slice_end_ns = end_ns;
    arm(tc);
}

int sleep_ns(u64 ns)
{
    struct spinlock lock = SPINLOCK_INIT("sleep", RANK_MUTEX);
    struct waitq nobody = WAITQ_INIT(nobody, "a point in time");
    u64 deadline_ns = clock_now_ns() + ns;
    spin_lock(&lock);
    int err = wait_until_deadline(&nobody, &lock, false, deadline_ns);
    spin_unlock(&lock);
    return err == -ETIMEDOUT ? 0 : err;
}
