/*
 * sched/thread.c - threads: made, started, ended, waited for.
 *
 * Nobody saws off the branch that he sits on: a thread can't free its own
 * stack.  It ends by being switched away from for the last time; the next
 * thread on that CPU declares it gone, and only then may it be freed.
 *
 * Invariants  a thread is in all_threads from its creation until it is freed
 *             is_gone implies THREAD_DEAD and a stack that nobody uses
 * Locks       thread_lock (RANK_THREAD)
 * Tests       kernel/test/thread.c
 */
#include "sched/thread.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/switch.h"
#include "lib/atomic.h"
#include "lib/err.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/kstack.h"
#include "sched/balance.h"
#include "sched/sched.h"

struct spinlock thread_lock = SPINLOCK_INIT("threads", RANK_THREAD);
struct list all_threads = LIST_INIT(all_threads);

static struct list left = LIST_INIT(left); /* detached, gone, not yet freed */

/* All of a thread that does not depend on where its stack comes from. */
static void thread_init(struct thread *t, const char *name,
                        enum priority priority)
{
    assert(priority < N_PRIORITIES);
    *t = (struct thread){.priority = priority, .home = CPU_ANY, .self = t};
    string_copy(t->name, name, sizeof(t->name));
    list_init(&t->ready_link);
    waitq_init(&t->joiners, "end of a thread");
    t->joiners.owner = &t->self;
    spin_lock(&thread_lock);
    list_push_back(&all_threads, &t->all_link);
    spin_unlock(&thread_lock);
}

/* The first C function on a new stack: interrupts are off, and the lock of
 * this CPU's queue was taken by the thread before. */
static void thread_main(void *arg)
{
    struct thread *t = arg;
    this_cpu()->irq_was_on = 1; /* on they go, with the lock's release */
    sched_finish_switch();
    thread_exit(t->entry(t->arg));
}

struct thread *thread_create(const char *name, thread_entry *entry, void *arg,
                             enum priority priority)
{
    thread_reap();
    struct thread *t = kmalloc(sizeof(*t));
    if (!t)
        return err_ptr(-ENOMEM);
    vaddr_t stack_top = kstack_alloc();
    if (!stack_top) {
        kfree(t);
        return err_ptr(-ENOMEM);
    }
    thread_init(t, name, priority);
    t->stack_top = stack_top;
    t->entry = entry;
    t->arg = arg;
    t->context = context_create(stack_top, thread_main, t);
    return t;
}

void thread_adopt(struct thread *t, const char *name, enum priority priority)
{
    thread_init(t, name, priority);
    t->state = THREAD_RUNNING;
}

void thread_pin(struct thread *t, u32 cpu)
{
    assert(t->state == THREAD_NEW && cpu < n_cpus);
    t->home = (u16)cpu;
}

void thread_start(struct thread *t)
{
    assert(t->state == THREAD_NEW);
    assert(t->priority > PRIORITY_IDLE);
    sched_insert(t, balance_choose(t));
}

struct thread *thread_spawn(const char *name, thread_entry *entry, void *arg,
                            enum priority priority)
{
    struct thread *t = thread_create(name, entry, arg, priority);
    if (!is_err(t))
        thread_start(t);
    return t;
}

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

const char *thread_state_name(enum thread_state state)
{
    static const char *const names[] = {
        [THREAD_NEW] = "new",           [THREAD_READY] = "ready",
        [THREAD_RUNNING] = "running",   [THREAD_SLEEPING] = "sleeping",
        [THREAD_DEAD] = "dead",
    };
    return state < ARRAY_LEN(names) ? names[state] : "?";
}
