/*
 * sched/timer.h - call a function at a given time.
 *
 * Each CPU keeps its timers sorted by deadline and asks the hardware for one
 * interrupt, at the first of them or at the end of the running thread's turn.
 * Without either there is none.
 */
#ifndef SCHED_TIMER_H
#define SCHED_TIMER_H

#include "lib/rbtree.h"
#include "lib/types.h"

struct timer {
    struct rb_node node; /* [P] of its CPU */
    u64 deadline_ns;     /* [I] while pending */
    void (*fn)(void *arg);
    void *arg;
    u32 cpu;         /* [I] while pending */
    bool is_pending; /* [P] */
};

/* Register the tick handler.  Boot CPU, once. */
void timer_init(void);

/* Prepare a timer that will call fn(arg), in an interrupt handler. */
void timer_setup(struct timer *timer, void (*fn)(void *arg), void *arg);

/* Have it fire on this CPU at clock time `deadline_ns` or soon after; it must
 * not be pending.  Takes RANK_TIMER. */
void timer_start(struct timer *timer, u64 deadline_ns);

/* Stop it.  True if it had not fired.  On return its function does not run
 * any more, so the timer may be freed; hold no lock that the function takes. */
bool timer_cancel(struct timer *timer);

/* Timers that have not fired, on all CPUs; a hint. */
u32 timer_count(void);

/* Also interrupt this CPU at `end_ns`, when the running thread's turn is over;
 * UINT64_MAX: never.  Interrupts off.  The scheduler's. */
void timer_set_slice(u64 end_ns);

/* Sleep for at least `ns`.  0, or -EINTR if killed meanwhile. */
int sleep_ns(u64 ns);

#endif
