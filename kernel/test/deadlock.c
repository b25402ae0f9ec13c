/*
 * test/deadlock.c - a test that never ends, and is known for what it is.
 *
 * Like those of selftest.c it goes wrong on purpose: the graders' graders name
 * it, and expect a hang that is called a deadlock, with who waits for whom.
 */
#include "sched/deadlock.h"

#include "core/ktest.h"
#include "sched/mutex.h"
#include "sched/thread.h"
#include "test/crew.h"

static struct mutex bowl;

static NO_LOCK_CHECK int hold_for_ever(void *arg)
{
    struct thread *other = arg;
    mutex_lock(&bowl);
    return thread_join(other);
}

static NO_LOCK_CHECK int want(void *arg)
{
    mutex_lock(&bowl);
    return 0;
}

static void self_deadlock(struct ktest_run *t)
{
    mutex_init(&bowl, "bowl");
    struct thread *cat = thread_create("cat", want, NULL, PRIORITY_NORMAL);
    struct thread *dog =
        crew_start(t, "dog", hold_for_ever, cat, PRIORITY_HIGH);
    thread_start(cat);
    thread_join(dog);
}

KTEST_SUITE(deadlock) = {
    {"selftest.deadlock", self_deadlock, .rounds = 1},
    {},
};
