/*
 * sched/thread_end.c - threads: ended, waited for, freed.
 *
 * Nobody saws off the branch that he sits on: a thread can't free its own
 * stack.  It ends by being switched away from for the last time; the next
 * thread on that CPU declares it gone, and only then may it be freed.
 *
 * Invariants  is_gone implies THREAD_DEAD and a stack that nobody uses
 *             who is detached is in all_threads or, once gone, in `left`
 * Locks       thread_lock (RANK_THREAD)
 * Tests       kernel/test/thread.c
 */
#include "sched/thread.h"

#include "arch/x86_64/cpu.h"
#include "lib/atomic.h"
#include "lib/panic.h"
#include "mm/kmalloc.h"
#include "mm/kstack.h"
#include "sched/sched.h"

static struct list left = LIST_INIT(left); /* detached, gone, not yet freed */

void thread_exit(int status)
{
    struct thread *t = cpu_thread();
    assert(t->entry); /* else: the boot thread or an idle one */
    t->exit_status = status;
    t->state = THREAD_DEAD; /* the next schedule() is the last */
    schedule();
    panic("dead thread %s was scheduled", t->name);
}

void thread_left(struct thread *t)
{
    assert(t->state == THREAD_DEAD);
    spin_lock(&thread_lock);
    t->is_gone = true;
    if (t->is_detached) {
        list_remove(&t->all_link);
        list_push_back(&left, &t->all_link);
    }
    if (t->has_joiner)
        waitq_wake_all(&t->joiners);
    spin_unlock(&thread_lock);
}

/* Nobody can find `t` any more. */
static void thread_free(struct thread *t)
{
    assert(t->is_gone);
    assert(t != cpu_thread());
    kstack_free(t->stack_top);
    kfree(t);
}

int thread_join(struct thread *t)
{
    assert(t != cpu_thread());
    spin_lock(&thread_lock);
    assert(!t->is_detached && !t->has_joiner);
    if (!t->is_gone) {
        t->has_joiner = true;
        int err = wait_firmly(&t->joiners, &thread_lock, t->is_gone);
        assert(err == 0 || err == -ENOSYS); /* the latter: not yet written */
    }
    bool is_gone = t->is_gone;
    if (is_gone)
        list_remove(&t->all_link);
    spin_unlock(&thread_lock);
    if (!is_gone)
        return -ENOSYS;
    int status = t->exit_status;
    thread_free(t);
    return status;
}

void thread_detach(struct thread *t)
{
    spin_lock(&thread_lock);
    assert(!t->is_detached && !t->has_joiner);
    t->is_detached = true;
    if (t->is_gone) {
        list_remove(&t->all_link);
        list_push_back(&left, &t->all_link);
    }
    spin_unlock(&thread_lock);
}

void thread_reap(void)
{
    for (;;) {
        spin_lock(&thread_lock);
        struct list *link = list_pop_front(&left);
        spin_unlock(&thread_lock);
        if (!link)
            return;
        thread_free(list_entry(link, struct thread, all_link));
    }
}

void thread_kill(struct thread *t)
{
    atomic_store(&t->is_killed, 1);
    sched_wake(t, -EINTR);
}

bool thread_is_gone(const struct thread *t)
{
    spin_lock(&thread_lock);
    bool is_gone = t->is_gone;
    spin_unlock(&thread_lock);
    return is_gone;
}
