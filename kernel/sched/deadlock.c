/*
 * sched/deadlock.c - see that threads wait for each other for ever.
 *
 *     thread A --waits_on--> queue of mutex 1 --owner--> thread B
 *         ^                                                  |
 *         +--owner-- queue of mutex 2 <--waits_on------------+
 *
 * Each thread waits for at most one other, so the graph is a set of chains,
 * and a new cycle can only go through the thread that begins to wait.
 *
 * Locks  wait_graph (RANK_WAIT_GRAPH): waits_on, where the queue has an owner
 * Tests  kernel/test/deadlock.c
 */
#include "sched/deadlock.h"

#include "arch/x86_64/cpu.h"
#include "lib/bits.h"
#include "lib/format.h"
#include "lib/panic.h"
#include "lib/printk.h"
#include "sched/balance.h"
#include "sched/sched.h"
#include "sched/timer.h"

enum { GRAPH_TEXT_MAX = 400 };

static struct spinlock wait_graph = SPINLOCK_INIT("graph", RANK_WAIT_GRAPH);
static struct thread *main_thread; /* [I] */
static u32 n_cycles;               /* under wait_graph */

/* Whom `t` waits for, or NULL.  It may have been given what it waits for and
 * not know it yet: then it is the owner itself. */
static struct thread *waits_for(const struct thread *t)
{
    struct waitq *queue = t->waits_on;
    struct thread *owner = queue && queue->owner ? *queue->owner : NULL;
    return owner == t ? NULL : owner;
}

/* Write "a waits for `m` of b" at text[len]; returns the length after it. */
static size_t describe(char *text, size_t len, const struct thread *t)
{
    const struct waitq *queue = t->waits_on;
    const struct thread *owner = waits_for(t);
    if (len >= GRAPH_TEXT_MAX)
        return len;
    return len + format_string(text + len, GRAPH_TEXT_MAX - len,
                               "%s%s waits for `%s`%s%s", len ? "; " : "",
                               t->name, queue ? queue->lock.name : "?",
                               owner ? " of " : "", owner ? owner->name : "");
}

/* Whether the chain that begins at `me` comes back to it.  It may also lead
 * into an older cycle: a mark, set after 1, 2, 4... steps, is met again. */
static bool closes_cycle(const struct thread *me)
{
    const struct thread *mark = NULL, *t = waits_for(me);
    for (u64 n = 1; t && t != me && t != mark; n++) {
        if (is_power_of_two(n))
            mark = t;
        t = waits_for(t);
    }
    return t == me;
}

NOINLINE static void report_cycle(const struct thread *me)
{
    char text[GRAPH_TEXT_MAX];
    size_t len = describe(text, 0, me);
    for (const struct thread *t = waits_for(me); t != me; t = waits_for(t))
        len = describe(text, len, t);
    printk(LOG_ERROR, "deadlock: %s", text);
}

void deadlock_init(struct thread *main)
{
    main_thread = main;
}

void deadlock_note_wait(struct waitq *queue)
{
    struct thread *me = cpu_thread();
    if (!queue->owner) {
        me->waits_on = queue;
        return;
    }
    spin_lock(&wait_graph);
    me->waits_on = queue;
    if (closes_cycle(me)) {
        n_cycles++;
        report_cycle(me);
    }
    spin_unlock(&wait_graph);
}

void deadlock_note_end(void)
{
    struct thread *me = cpu_thread();
    if (!me->waits_on->owner) {
        me->waits_on = NULL;
        return;
    }
    spin_lock(&wait_graph);
    me->waits_on = NULL;
    spin_unlock(&wait_graph);
}

u32 deadlock_count(void)
{
    spin_lock(&wait_graph);
    u32 n = n_cycles;
    spin_unlock(&wait_graph);
    return n;
}

/* Whether some thread is not asleep: it may be in no queue for a moment, on
 * its way from one CPU to another. */
static bool somebody_is_awake(void)
{
    bool is_awake = false;
    const struct thread *t;
    spin_lock(&thread_lock);
    list_for_each (t, &all_threads, all_link)
        is_awake = is_awake ||
                   (t->priority != PRIORITY_IDLE &&
                    (t->state == THREAD_READY || t->state == THREAD_RUNNING));
    spin_unlock(&thread_lock);
    return is_awake;
}

/* Say who waits for whom, and end. */
NORETURN static void report_standstill(void)
{
    char text[GRAPH_TEXT_MAX];
    size_t len = 0;
    const struct thread *t;
    spin_lock(&thread_lock);
    list_for_each (t, &all_threads, all_link) {
        if (t->state == THREAD_SLEEPING)
            len = describe(text, len, t);
    }
    spin_unlock(&thread_lock);
    panic("deadlock: %s", text);
}

void deadlock_check_idle(void)
{
    assert(!irq_are_on());
    if (main_thread->state != THREAD_SLEEPING || timer_count() > 0)
        return;
    u64 epoch = balance_idle_epoch();
    if (epoch && !somebody_is_awake() && balance_idle_epoch() == epoch)
        report_standstill();
}
