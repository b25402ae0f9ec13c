/*
 * test/waitq_outside.c - waitq.outside: threads that do what the host says.
 *
 * Each word is a thread: a letter, its priority, a colon, and what it does:
 *
 *     y     yield
 *     s0    sleep in queue 0 (of 0, 1, 2)
 *     w0    wake the first of queue 0
 *     a0    wake all of queue 0
 *
 * Whoever does something logs its letter first.  When nobody can go on, the
 * test itself logs a dot and wakes everybody.  Without preemption all of this
 * has exactly one outcome, and the host knows it
 * (grade/labs/03-threads/check_waitq.py).
 */
#include "sched/waitq.h"

#include "arch/x86_64/cpu.h"
#include "core/ktest.h"
#include "lib/parse.h"
#include "sched/preempt.h"
#include "sched/sched.h"
#include "test/crew.h"

enum { N_QUEUES = 3, N_ACTORS = 8, SCRIPT_MAX = 80 };

struct actor {
    char script[SCRIPT_MAX]; /* "A17:ys0w1" */
    const char *program;     /* what follows the colon */
    struct thread *thread;
    bool may_go; /* it was woken; under lock */
    u32 queue;   /* it sleeps or slept in; under lock */
};

static struct spinlock lock = SPINLOCK_INIT("actors", RANK_MUTEX);
static struct waitq queues[N_QUEUES];
static struct actor actors[N_ACTORS];
static u32 n_actors;

static void sleep_in(struct actor *me, u32 queue)
{
    spin_lock(&lock);
    me->may_go = false;
    me->queue = queue;
    wait_firmly(&queues[queue], &lock, me->may_go);
    spin_unlock(&lock);
}

static void wake_one(u32 queue)
{
    spin_lock(&lock);
    struct thread *woken = waitq_wake_one(&queues[queue]);
    for (u32 i = 0; i < n_actors; i++)
        if (woken && actors[i].thread == woken)
            actors[i].may_go = true;
    spin_unlock(&lock);
}

static void wake_all(u32 queue)
{
    spin_lock(&lock);
    for (u32 i = 0; i < n_actors; i++)
        if (actors[i].queue == queue)
            actors[i].may_go = true;
    waitq_wake_all(&queues[queue]);
    spin_unlock(&lock);
}

static int act(void *arg)
{
    struct actor *me = arg;
    for (const char *p = me->program; *p; p++) {
        char verb = *p;
        crew_log(me->script[0]);
        if (verb == 'y') {
            sched_yield();
            continue;
        }
        u32 queue = (u32)(*++p - '0');
        if (verb == 's')
            sleep_in(me, queue);
        else if (verb == 'w')
            wake_one(queue);
        else
            wake_all(queue);
    }
    return 0;
}

/* Whether the program has only what act() understands. */
static bool is_sound(const char *program)
{
    for (; *program; program++) {
        if (*program == 'y')
            continue;
        if (*program != 's' && *program != 'w' && *program != 'a')
            return false;
        program++;
        if (*program < '0' || *program >= '0' + N_QUEUES)
            return false;
    }
    return true;
}

static bool start_actor(struct ktest_run *t, struct actor *actor)
{
    u64 priority;
    char *colon = actor->script + 1;
    while (*colon && *colon != ':')
        colon++;
    if (*colon != ':')
        return false;
    *colon = '\0';
    actor->program = colon + 1;
    actor->queue = N_QUEUES;
    if (parse_u64(actor->script + 1, &priority) != 0 ||
        priority <= PRIORITY_NORMAL || priority >= N_PRIORITIES ||
        !is_sound(actor->program))
        return false;
    actor->thread =
        crew_start(t, actor->script, act, actor, (enum priority)priority);
    return actor->thread != NULL;
}

static bool all_are_gone(void)
{
    for (u32 i = 0; i < n_actors; i++)
        if (!thread_is_gone(actors[i].thread))
            return false;
    return true;
}

/* All actors are more urgent than this thread: it runs when none can. */
static void direct(void)
{
    sched_yield();
    for (u32 i = 0; i < CREW_LOG_MAX && !all_are_gone(); i++) {
        crew_log('.');
        for (u32 queue = 0; queue < N_QUEUES; queue++)
            wake_all(queue);
        sched_yield();
    }
}

static void test_outside(struct ktest_run *t)
{
    const char *script = ktest_input(t);
    for (u32 i = 0; i < N_QUEUES; i++)
        waitq_init(&queues[i], "actors");
    crew_log_clear();
    preempt_set_mode(PREEMPT_NEVER);
    n_actors = 0;
    while (n_actors < N_ACTORS &&
           parse_next_name(&script, actors[n_actors].script, SCRIPT_MAX) == 1 &&
           start_actor(t, &actors[n_actors]))
        n_actors++;
    direct();
    preempt_set_mode(PREEMPT_ALWAYS);
    for (u32 i = 0; i < n_actors; i++)
        crew_wait(actors[i].thread);
    if (n_actors == 0)
        ktest_skip(t, "needs a script from the grader");
    else
        ktest_note(t, "order=%s", crew_log_text());
}

KTEST_SUITE(waitq_outside) = {
    {"waitq.outside", test_outside, .rounds = 1},
    {},
};
